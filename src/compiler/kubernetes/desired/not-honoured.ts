import type { MapNode, Node } from '../../source/tree.ts';
import type { LoadedObject } from '../load.ts';
import { FieldPath } from '../path.ts';
import { objectType } from '../schema/types.ts';
import type { Conversion } from './context.ts';

interface Reason {
  readonly why: string;
  readonly code?: string;
  /** Values that ask for nothing. */
  readonly except?: readonly unknown[];
}

const CLUSTER_NETWORK = {
  code: 'service-network',
  why: 'a name leads straight to the pods; there is no virtual address',
};
const SCHEDULER = { code: 'scheduling', why: 'the scheduler of plain hosts does not know it' };
const NO_CLUSTER = { code: 'cluster-only', why: 'it needs a cluster' };
const KUBELET = { code: 'container-runtime', why: 'container engines on plain hosts do not do it' };

/** Fields that mean nothing to plain hosts, by type and name; every one that a file has is reported. */
const REASONS: Readonly<Record<string, Reason>> = {
  'PodSpec.serviceAccountName': {
    code: 'service-account',
    why: 'there is no API server: the pod gets no token',
    except: ['default'],
  },
  'PodSpec.automountServiceAccountToken': {
    code: 'service-account',
    why: 'there is no API server: the pod gets no token',
    except: [false],
  },
  'PodSpec.priorityClassName': SCHEDULER,
  'PodSpec.priority': { ...SCHEDULER, except: [0] },
  'PodSpec.preemptionPolicy': SCHEDULER,
  'PodSpec.schedulerName': { ...SCHEDULER, except: ['default-scheduler'] },
  'PodSpec.overhead': SCHEDULER,
  'PodSpec.schedulingGates': SCHEDULER,
  'PodSpec.resourceClaims': SCHEDULER,
  'PodSpec.resources': SCHEDULER,
  'PodSpec.readinessGates': NO_CLUSTER,
  'PodSpec.runtimeClassName': KUBELET,
  'PodSpec.hostUsers': { ...KUBELET, except: [true] },
  'PodSpec.setHostnameAsFQDN': { ...KUBELET, except: [false] },
  'PodSpec.hostnameOverride': KUBELET,
  'PodSecurityContext.fsGroup': {
    code: 'fs-group',
    why: 'the group joins the processes, but folders of volumes are not given to it',
  },
  'PodSecurityContext.windowsOptions': KUBELET,
  'PodSecurityContext.supplementalGroupsPolicy': KUBELET,
  'SecurityContext.windowsOptions': KUBELET,
  'SecurityContext.runAsNonRoot': {
    code: 'run-as-non-root',
    why: 'the user of the image is not checked',
    except: [false],
  },
  'PodSecurityContext.runAsNonRoot': {
    code: 'run-as-non-root',
    why: 'the user of the image is not checked',
    except: [false],
  },
  'Container.volumeDevices': KUBELET,
  'Container.resizePolicy': KUBELET,
  'Container.restartPolicyRules': KUBELET,
  'Container.stdinOnce': { ...KUBELET, except: [false] },
  'Container.terminationMessagePath': { ...KUBELET, except: ['/dev/termination-log'] },
  'TopologySpreadConstraint.matchLabelKeys': SCHEDULER,
  'TopologySpreadConstraint.nodeAffinityPolicy': SCHEDULER,
  'TopologySpreadConstraint.nodeTaintsPolicy': SCHEDULER,
  'PodAffinityTerm.matchLabelKeys': SCHEDULER,
  'PodAffinityTerm.mismatchLabelKeys': SCHEDULER,
  'ServiceSpec.clusterIP': { ...CLUSTER_NETWORK, except: ['None', ''] },
  'ServiceSpec.externalIPs': CLUSTER_NETWORK,
  'ServiceSpec.loadBalancerIP': CLUSTER_NETWORK,
  'ServiceSpec.loadBalancerSourceRanges': {
    code: 'service-network',
    why: 'the published port is open to every address',
  },
  'ServiceSpec.loadBalancerClass': CLUSTER_NETWORK,
  'ServiceSpec.healthCheckNodePort': CLUSTER_NETWORK,
  'ServiceSpec.externalTrafficPolicy': { ...CLUSTER_NETWORK, except: ['Cluster'] },
  'ServiceSpec.internalTrafficPolicy': { ...CLUSTER_NETWORK, except: ['Cluster'] },
  'ServiceSpec.trafficDistribution': CLUSTER_NETWORK,
  'ServiceSpec.ipFamilies': CLUSTER_NETWORK,
  'ServiceSpec.ipFamilyPolicy': { ...CLUSTER_NETWORK, except: ['SingleStack'] },
  'DeploymentSpec.paused': {
    code: 'rollout',
    why: 'a rollout is paused with `stowage rollout pause`',
    except: [false],
  },
  'StatefulSetSpec.persistentVolumeClaimRetentionPolicy': {
    code: 'volumes',
    why: 'volumes with data are never deleted by themselves',
  },
  'JobSpec.completionMode': { code: 'job', why: 'the pods of a job have no index', except: ['NonIndexed'] },
  'JobSpec.podFailurePolicy': { code: 'job', why: 'every failure counts the same' },
  'JobSpec.successPolicy': { code: 'job', why: 'a job is done when all its pods are' },
  'JobSpec.backoffLimitPerIndex': { code: 'job', why: 'the pods of a job have no index' },
  'JobSpec.maxFailedIndexes': { code: 'job', why: 'the pods of a job have no index' },
  'JobSpec.managedBy': NO_CLUSTER,
  'PersistentVolumeClaimSpec.dataSource': { code: 'volumes', why: 'a new volume is empty' },
  'PersistentVolumeClaimSpec.dataSourceRef': { code: 'volumes', why: 'a new volume is empty' },
  'PersistentVolumeClaimSpec.volumeMode': {
    code: 'volumes',
    why: 'volumes are folders, not block devices',
    except: ['Filesystem'],
  },
  'PersistentVolumeClaimSpec.volumeAttributesClassName': {
    code: 'volumes',
    why: 'drivers take their options from the StorageClass',
  },
  'StorageClass.allowedTopologies': { code: 'volumes', why: 'a volume is where its replica runs' },
  'DeploymentConfigSpec.triggers': { code: 'openshift', why: 'nothing watches images or builds' },
  'DeploymentConfigStrategy.customParams': { code: 'openshift', why: 'there are only Recreate and Rolling' },
  'DeploymentConfigStrategy.recreateParams': { code: 'openshift', why: 'hooks of a deployment are not run' },
};

const WHOLE_KINDS: Readonly<Record<string, Reason>> = {
  NetworkPolicy: { code: 'network-policy', why: 'pods of a namespace reach each other freely' },
  ResourceQuota: { code: 'quota', why: 'nobody counts what a namespace uses' },
  PodTemplate: { code: 'cluster-only', why: 'nothing makes pods of it' },
};

/** Reports every written field, and every object, that plain hosts cannot honour. */
export function reportNotHonoured(object: LoadedObject, to: Conversion): void {
  const whole = WHOLE_KINDS[object.info.kind];
  if (whole) {
    const path = FieldPath.root('spec');
    to.findings(object).notHonoured(path, whole.code ?? 'not-honoured', `a ${object.info.kind} is not honoured`, {
      why: whole.why,
    });
    return;
  }
  if (object.info.type) walk(object.node, object.info.type, FieldPath.empty, object, to);
}

function walk(node: MapNode, type: string, path: FieldPath, object: LoadedObject, to: Conversion): void {
  const fields = objectType(type);
  for (const { key, value } of node.entries.values()) {
    const field = fields.get(key);
    if (!field || key === 'status' || key === 'metadata') continue;
    const at = path.child(key);
    const reason = REASONS[`${type}.${key}`];
    if (reason && asksForSomething(value, reason)) {
      to.findings(object).notHonoured(at, reason.code ?? 'not-honoured', 'the field is not honoured', {
        why: reason.why,
      });
    } else if (field.base.length > 1) descend(value, field.base, at, object, to);
  }
}

function descend(node: Node, type: string, path: FieldPath, object: LoadedObject, to: Conversion): void {
  if (node.kind === 'map') walk(node, type, path, object, to);
  else if (node.kind === 'sequence') {
    node.items.forEach((item, i) => {
      if (item.kind === 'map') walk(item, type, path.index(i), object, to);
    });
  }
}

function asksForSomething(node: Node, { except = [] }: Reason): boolean {
  if (node.kind === 'sequence') return node.items.length > 0;
  if (node.kind === 'map') return node.entries.size > 0;
  return node.value !== null && !except.includes(node.value);
}
