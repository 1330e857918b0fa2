import type { Container, Handler, HttpGet, Pod, PodSpec, PodTemplateSpec, Probe } from '../api.ts';
import { defaultFieldRef, defaultResourceFieldRef } from './fields.ts';
import { imageTag } from './image.ts';
import { defaultResources, requestsFromLimits, roundResources } from './resources.ts';
import { syncSeccomp } from './seccomp.ts';
import { defaultVolume } from './volumes.ts';

/** A bare pod gets more than a template does: requests from limits and service links. */
export function defaultPod(pod: Pod): void {
  pod.spec ??= {};
  defaultPodSpec(pod.spec);
  for (const container of [...(pod.spec.containers ?? []), ...(pod.spec.initContainers ?? [])]) {
    requestsFromLimits(container.resources);
  }
  pod.spec.enableServiceLinks ??= true;
  syncSeccomp(pod);
}

export function defaultTemplate(template: PodTemplateSpec | undefined): void {
  if (!template) return;
  template.spec ??= {};
  defaultPodSpec(template.spec);
}

export function defaultPodSpec(spec: PodSpec): void {
  spec.dnsPolicy ??= 'ClusterFirst';
  spec.restartPolicy ??= 'Always';
  spec.securityContext ??= {};
  spec.terminationGracePeriodSeconds ??= 30;
  spec.schedulerName ??= 'default-scheduler';
  const account = spec.serviceAccountName ?? spec.serviceAccount;
  if (account) {
    spec.serviceAccountName = account;
    spec.serviceAccount = account;
  }
  roundResources(spec.overhead);
  spec.volumes?.forEach(defaultVolume);
  for (const container of [...(spec.containers ?? []), ...(spec.initContainers ?? [])]) {
    defaultContainer(container);
    if (spec.hostNetwork) {
      for (const port of container.ports ?? []) port.hostPort ??= port.containerPort;
    }
  }
}

function defaultContainer(container: Container): void {
  container.imagePullPolicy ??= imageTag(container.image ?? '') === 'latest' ? 'Always' : 'IfNotPresent';
  container.terminationMessagePath ??= '/dev/termination-log';
  container.terminationMessagePolicy ??= 'File';
  for (const port of container.ports ?? []) port.protocol ??= 'TCP';
  for (const variable of container.env ?? []) {
    defaultFieldRef(variable.valueFrom?.fieldRef);
    defaultResourceFieldRef(variable.valueFrom?.resourceFieldRef);
  }
  defaultResources(container.resources);
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe]) defaultProbe(probe);
  defaultHandler(container.lifecycle?.postStart);
  defaultHandler(container.lifecycle?.preStop);
}

function defaultProbe(probe: Probe | undefined): void {
  if (!probe) return;
  probe.timeoutSeconds ??= 1;
  probe.periodSeconds ??= 10;
  probe.successThreshold ??= 1;
  probe.failureThreshold ??= 3;
  defaultHttpGet(probe.httpGet);
  if (probe.grpc) probe.grpc.service ??= '';
}

function defaultHandler(handler: Handler | undefined): void {
  defaultHttpGet(handler?.httpGet);
}

function defaultHttpGet(action: HttpGet | undefined): void {
  if (!action) return;
  action.path ??= '/';
  action.scheme ??= 'HTTP';
}
