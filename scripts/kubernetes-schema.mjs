// Derives src/compiler/kubernetes/schema/table.generated.ts from the models of @kubernetes/client-node:
// one line per type that the kinds below reach, `Type field:type,…`. Run it after updating that package.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);
const root = path.dirname(require.resolve('@kubernetes/client-node/package.json'));
const { version, license } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const models = path.join(root, 'dist/gen/models');

const KINDS = [
  'V1Pod',
  'V1PodTemplate',
  'V1ReplicationController',
  'V1Service',
  'V1Endpoints',
  'V1ConfigMap',
  'V1Secret',
  'V1PersistentVolume',
  'V1PersistentVolumeClaim',
  'V1Namespace',
  'V1ServiceAccount',
  'V1LimitRange',
  'V1ResourceQuota',
  'V1Deployment',
  'V1ReplicaSet',
  'V1StatefulSet',
  'V1DaemonSet',
  'V1Job',
  'V1CronJob',
  'V1HorizontalPodAutoscaler',
  'V2HorizontalPodAutoscaler',
  'V1Ingress',
  'V1IngressClass',
  'V1NetworkPolicy',
  'V1PodDisruptionBudget',
  'V1StorageClass',
];

// The models know quantities only as strings.
const QUANTITIES = new Set([
  'ResourceRequirements.limits',
  'ResourceRequirements.requests',
  'VolumeResourceRequirements.limits',
  'VolumeResourceRequirements.requests',
  'ResourceQuotaSpec.hard',
  'ResourceQuotaStatus.hard',
  'ResourceQuotaStatus.used',
  'LimitRangeItem.max',
  'LimitRangeItem.min',
  'LimitRangeItem._default',
  'LimitRangeItem.default',
  'LimitRangeItem.defaultRequest',
  'LimitRangeItem.maxLimitRequestRatio',
  'PersistentVolumeSpec.capacity',
  'PersistentVolumeClaimStatus.capacity',
  'PersistentVolumeClaimStatus.allocatedResources',
  'EmptyDirVolumeSource.sizeLimit',
  'ResourceFieldSelector.divisor',
  'PodSpec.overhead',
  'ContainerStatus.allocatedResources',
  'V2MetricTarget.value',
  'V2MetricTarget.averageValue',
  'V2MetricValueStatus.value',
  'V2MetricValueStatus.averageValue',
  'V2HPAScalingRules.tolerance',
]);

const SCALARS = { string: 's', boolean: 'b', Date: 't', IntOrString: 'x', any: 'o', IntOrStringDummy: 'x' };
const FORMATS = { int32: 'i', int64: 'l', double: 'd', byte: 'y', 'date-time': 't', 'date-time-micro': 't' };

const shortName = (name) => name.replace(/^V1(?=[A-Z])/, '');

function typeCode(owner, field, type, format) {
  const array = /^Array<(.*)>$/.exec(type);
  if (array) return `${typeCode(owner, field, array[1], format)}[]`;
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(type);
  if (map) return `${typeCode(owner, field, map[1], format)}{}`;
  if (QUANTITIES.has(`${owner}.${field}`)) return 'q';
  if (type === 'number' || type === 'string' || type === 'Date') return FORMATS[format] ?? SCALARS[type];
  return SCALARS[type] ?? shortName(type);
}

const lines = new Map();
const queue = [...KINDS];
for (let model = queue.shift(); model; model = queue.shift()) {
  const owner = shortName(model);
  if (lines.has(owner)) continue;
  const source = readFileSync(path.join(models, `${model}.js`), 'utf8');
  const fields = JSON.parse(/attributeTypeMap = (\[[\s\S]*?\n?\]);/.exec(source)[1]);
  lines.set(owner, '');
  const parts = fields.map(({ baseName, type, format }) => {
    const inner = type.replace(/^Array<|>$|^\{ \[key: string\]: |; \}$/g, '');
    if (/^(V\d|Core|Events|Storage|Discovery)/.test(inner)) queue.push(inner);
    return `${baseName}:${typeCode(owner, baseName, type, format)}`;
  });
  lines.set(owner, `${owner} ${parts.join(',')}`);
}

const api = /OpenAPI spec version: (v[\d.]+)/.exec(readFileSync(path.join(models, 'V1Pod.js'), 'utf8'))[1];
const out = `// Made by scripts/kubernetes-schema.mjs from @kubernetes/client-node ${version} (${license}), Kubernetes ${api}. Do not edit.
/** One line per API type: its name, then \`field:type\` pairs; see types.ts for the type codes. */
export const API_TABLE = \`${[...lines.values()].sort().join('\n')}\`;
`;
writeFileSync('src/compiler/kubernetes/schema/table.generated.ts', out);
console.log(`${lines.size} types, ${out.length} bytes`);
