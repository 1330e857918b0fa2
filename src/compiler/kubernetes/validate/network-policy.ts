import { cidr, isStrictlyInside } from '../../../model/kubernetes/names.ts';
import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort, PodDisruptionBudget } from '../api.ts';
import type { Findings } from '../findings.ts';
import { FieldPath } from '../path.ts';
import { PROTOCOLS } from './container.ts';
import { validateLabelSelector } from './metadata.ts';
import { checkAtMost100Percent, checkCidr, checkIntOrPercent, checkOneOf, checkPort } from './values.ts';

const SPEC = FieldPath.root('spec');

export function validateNetworkPolicy({ spec = {} }: NetworkPolicy, findings: Findings): void {
  validateLabelSelector(spec.podSelector, SPEC.child('podSelector'), findings);
  (spec.ingress ?? []).forEach((rule, i) => {
    validateRule(rule.ports ?? [], rule.from ?? [], SPEC.child('ingress').index(i), 'from', findings);
  });
  (spec.egress ?? []).forEach((rule, i) => {
    validateRule(rule.ports ?? [], rule.to ?? [], SPEC.child('egress').index(i), 'to', findings);
  });
  const types = spec.policyTypes ?? [];
  if (types.length > 2) findings.invalid(SPEC.child('policyTypes'), 'there are only two: Ingress and Egress');
  else {
    types.forEach((type, i) => {
      checkOneOf(type, ['Egress', 'Ingress'], SPEC.child('policyTypes').index(i), findings);
    });
  }
}

function validateRule(
  ports: readonly NetworkPolicyPort[],
  peers: readonly NetworkPolicyPeer[],
  path: FieldPath,
  side: 'from' | 'to',
  findings: Findings,
): void {
  ports.forEach(({ protocol, port, endPort }, i) => {
    const at = path.child('ports').index(i);
    checkOneOf(protocol, PROTOCOLS, at.child('protocol'), findings);
    if (port !== undefined) checkPort(port, at.child('port'), findings);
    if (endPort !== undefined && (typeof port !== 'number' || endPort < port || endPort > 65_535)) {
      findings.invalid(at.child('endPort'), 'it needs a port by number that is not above it');
    }
  });
  peers.forEach((peer, i) => {
    validatePeer(peer, path.child(side).index(i), findings);
  });
}

function validatePeer(peer: NetworkPolicyPeer, path: FieldPath, findings: Findings): void {
  validateLabelSelector(peer.podSelector, path.child('podSelector'), findings);
  validateLabelSelector(peer.namespaceSelector, path.child('namespaceSelector'), findings);
  const hasSelector = peer.podSelector !== undefined || peer.namespaceSelector !== undefined;
  if (!peer.ipBlock) {
    if (!hasSelector) findings.required(path, 'a peer needs podSelector, namespaceSelector or ipBlock');
    return;
  }
  validateBlock(peer.ipBlock, path.child('ipBlock'), findings);
  if (hasSelector) findings.forbidden(path, 'ipBlock excludes the selectors');
}

function validateBlock(block: { cidr?: string; except?: string[] }, path: FieldPath, findings: Findings): void {
  const { cidr: whole = '', except = [] } = block;
  checkCidr(whole, path.child('cidr'), findings);
  if (cidr(whole).length > 0) return;
  except.forEach((part, i) => {
    const at = path.child('except').index(i);
    checkCidr(part, at, findings);
    if (cidr(part).length === 0 && !isStrictlyInside(part, whole)) {
      findings.invalid(at, `${part} must be a part of ${whole}`);
    }
  });
}

export function validateDisruptionBudget({ spec = {} }: PodDisruptionBudget, findings: Findings): void {
  if (spec.minAvailable !== undefined && spec.maxUnavailable !== undefined) {
    findings.invalid(SPEC, 'minAvailable and maxUnavailable exclude each other');
  }
  for (const field of ['minAvailable', 'maxUnavailable'] as const) {
    checkIntOrPercent(spec[field], SPEC.child(field), findings);
    checkAtMost100Percent(spec[field], SPEC.child(field), findings);
  }
  validateLabelSelector(spec.selector, SPEC.child('selector'), findings);
}
