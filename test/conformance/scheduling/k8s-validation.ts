import * as names from '../../../src/model/kubernetes/names.ts';
import type { Json, Kind } from './case.ts';

const RULES: Record<string, (value: Json) => string[]> = {
  dns1123Label: names.dns1123Label,
  dns1123Subdomain: names.dns1123Subdomain,
  dns1035Label: names.dns1035Label,
  qualifiedName: names.qualifiedName,
  labelValue: names.labelValue,
  portNum: names.portNumber,
  portName: names.portName,
  percent: names.percent,
  configMapKey: names.configMapKey,
  cIdentifier: names.cIdentifier,
  fqdn: names.fullyQualifiedDomainName,
  ip: names.ipAddress,
  httpHeaderName: names.httpHeaderName,
  wildcardDns1123Subdomain: names.wildcardDns1123Subdomain,
};

export const kinds: Record<string, Kind> = {
  valid: ({ validator, value }) => ({ valid: RULES[validator]?.(value).length === 0 }),
};
