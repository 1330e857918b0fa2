import type { Endpoint, Route } from '../../model/desired.ts';
import type { Conversion } from '../kubernetes/desired/context.ts';
import { present, qualified } from '../kubernetes/desired/ids.ts';
import { joinPem } from '../kubernetes/desired/routes.ts';
import type { LoadedObject } from '../kubernetes/load.ts';
import { FieldPath } from '../kubernetes/path.ts';

interface OpenShiftRoute {
  readonly spec?: {
    readonly host?: string;
    readonly path?: string;
    readonly port?: { readonly targetPort?: number | string };
    readonly to?: { readonly kind?: string; readonly name?: string };
    readonly alternateBackends?: readonly unknown[];
    readonly wildcardPolicy?: string;
    readonly tls?: Tls;
  };
}

interface Tls {
  readonly termination?: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly caCertificate?: string;
  readonly insecureEdgeTerminationPolicy?: string;
}

const SPEC = FieldPath.root('spec');

/** An OpenShift Route as a route of the gateway. */
export function openshiftRoute(
  object: LoadedObject,
  endpoints: ReadonlyMap<string, Endpoint>,
  to: Conversion,
): Route[] {
  const { spec = {} } = object.value as OpenShiftRoute;
  const findings = to.findings(object);
  if ((spec.alternateBackends ?? []).length > 0) {
    findings.notHonoured(
      SPEC.child('alternateBackends'),
      'route-backends',
      'only the first backend of a route is used',
    );
  }
  const endpoint = endpoints.get(qualified(object.namespace, spec.to?.name ?? ''));
  const wanted = spec.port?.targetPort;
  const port =
    wanted === undefined
      ? endpoint?.ports[0]
      : endpoint?.ports.find((p) => [p.name, p.targetPort, p.port].includes(wanted));
  if (!endpoint || !port) {
    findings.error('missing-reference', 'the backend of a route is not in the files', SPEC.child('to'), {
      detail: endpoint ? `Service ${endpoint.name} has no port ${wanted}` : `Service ${spec.to?.name ?? ''}`,
      fix: endpoint
        ? `its ports are ${endpoint.ports.map((p) => p.name ?? p.port).join(', ')}`
        : 'add the Service to the files',
    });
    return [];
  }
  if (!spec.host) {
    findings.warning('route-host', 'a route without a host answers to every host', SPEC, { fix: 'write spec.host' });
  }
  const id = qualified(object.namespace, object.name);
  to.place('route', id, object);
  const host =
    spec.wildcardPolicy === 'Subdomain' && spec.host ? `*${spec.host.slice(spec.host.indexOf('.'))}` : spec.host;
  return [
    {
      id,
      namespace: object.namespace,
      path: spec.path || '/',
      pathType: 'prefix',
      endpoint: endpoint.id,
      port: port.port,
      ...present({ host: host || undefined, tls: spec.tls && tlsOf(spec.tls, object, to) }),
    },
  ];
}

function tlsOf(tls: Tls, object: LoadedObject, to: Conversion): NonNullable<Route['tls']> {
  if (tls.termination === 'passthrough') return { redirectHttp: false, passthrough: true };
  if (tls.termination === 'reencrypt') {
    to.findings(object).notHonoured(
      SPEC.child('tls', 'termination'),
      'route-reencrypt',
      'the way to the pods is not encrypted anew',
      {
        why: 'the gateway ends TLS and speaks plainly to the pods',
      },
    );
  }
  const redirectHttp = tls.insecureEdgeTerminationPolicy !== 'Allow';
  if (!tls.certificate || !tls.key) return { redirectHttp };
  const parts = [tls.certificate, ...(tls.caCertificate ? [tls.caCertificate] : []), tls.key];
  const pem = joinPem(...parts.map((part) => new TextEncoder().encode(part)));
  const payload = to.addPayload('secret', object.namespace, `${object.name}/tls.pem`, pem, object);
  return { redirectHttp, secret: payload.id };
}
