import { didYouMean } from '../../model/suggest.ts';
import { get } from '../source/build.ts';
import type { MapNode } from '../source/tree.ts';
import type { Findings } from './findings.ts';
import { FieldPath } from './path.ts';
import { findKind, isBuiltinGroup, type KindInfo, kindsOfVersion, versionsOfKind } from './schema/kinds.ts';

export interface ObjectIdentity {
  readonly info: KindInfo;
  readonly name: string;
  readonly namespace: string;
}

const API_VERSION = FieldPath.root('apiVersion');
const KIND = FieldPath.root('kind');

/** Finds an object's kind; undefined with a finding when it is unknown, misspelt or of a version no server has. */
export function identify(node: MapNode, defaultNamespace: string, findings: Findings): ObjectIdentity | undefined {
  const apiVersion = text(node, 'apiVersion');
  const kind = text(node, 'kind');
  if (apiVersion === undefined || apiVersion === '') {
    findings.required(API_VERSION, { fix: kind ? versionFix(kind) : undefined });
  }
  if (kind === undefined || kind === '') findings.required(KIND);
  if (!apiVersion || !kind) return undefined;
  const info = findKind(apiVersion, kind) ?? unknownKind(apiVersion, kind, findings);
  if (!info) return undefined;
  if (info.replacedBy) {
    findings.warning('old-api-version', 'current servers no longer have this API version', API_VERSION, {
      detail: `${apiVersion} ${kind}`,
      fix: `write ${info.replacedBy}`,
    });
  }
  if (!info.type) withoutMeaning(info, findings);
  const metadata = get(node, 'metadata');
  return {
    info,
    name: text(metadata, 'name') ?? '',
    namespace: info.namespaced ? text(metadata, 'namespace') || defaultNamespace : '',
  };
}

function unknownKind(apiVersion: string, kind: string, findings: Findings): KindInfo | undefined {
  if (!isBuiltinGroup(apiVersion)) {
    withoutMeaning({ apiVersion, kind }, findings);
    return undefined;
  }
  const versions = versionsOfKind(kind);
  if (versions.length > 0) {
    findings.error('api-version', 'no server has this kind in this API version', API_VERSION, {
      detail: `${apiVersion} ${kind}`,
      fix: versionFix(kind),
    });
  } else {
    findings.error('unknown-kind', 'no such kind', KIND, {
      detail: `${apiVersion} ${kind}`,
      fix: didYouMean(kind, kindsOfVersion(apiVersion)),
    });
  }
  return undefined;
}

function versionFix(kind: string): string | undefined {
  const current = versionsOfKind(kind)[0];
  return current && `the current one is ${current}`;
}

function withoutMeaning({ apiVersion, kind }: Pick<KindInfo, 'apiVersion' | 'kind'>, findings: Findings): void {
  findings.notHonoured(KIND, 'kind-not-honoured', 'the object means nothing to plain hosts and is left out', {
    detail: `${apiVersion} ${kind}`,
  });
}

function text(node: Parameters<typeof get>[0], key: string): string | undefined {
  const value = get(node, key);
  return value?.kind === 'scalar' && typeof value.value === 'string' ? value.value : undefined;
}
