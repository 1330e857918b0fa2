import type { DesiredState, Endpoint, PayloadReference, Workload } from '../../../../model/desired.ts';
import type { JsonObject } from '../../json.ts';
import { clean } from '../json.ts';
import { Losses } from '../losses.ts';

/** What the rendering of one compose file shares. */
export class ComposeEmission {
  readonly losses = new Losses();
  readonly volumes = new Map<string, JsonObject>();
  readonly configs = new Map<string, JsonObject>();
  readonly secrets = new Map<string, JsonObject>();
  readonly #payloads: ReadonlyMap<string, Uint8Array>;
  #texts: string | undefined;

  constructor(
    readonly desired: DesiredState,
    payloads: ReadonlyMap<string, Uint8Array>,
  ) {
    this.#payloads = payloads;
  }

  /** Variables that Kubernetes sets for services; nobody asked for them. */
  isServiceLink(variable: string): boolean {
    const prefix =
      /^(.+?)_(?:SERVICE_HOST|SERVICE_PORT(?:_.*)?|PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)?)$/.exec(
        variable,
      )?.[1];
    return this.desired.endpoints.some(({ name }) => name.toUpperCase().replaceAll('-', '_') === prefix);
  }

  /** Whether another workload's settings name an alias. */
  isCalled(alias: string): boolean {
    this.#texts ??= JSON.stringify(this.desired.workloads);
    return this.#texts.includes(alias);
  }

  endpointsOf(workload: Workload): Endpoint[] {
    return this.desired.endpoints.filter(
      ({ id, workloads }) => workloads.includes(workload.id) && !id.endsWith('@cross'),
    );
  }

  /** Name of a config or secret of the file. */
  payload({ kind, id }: PayloadReference): string {
    const name = composeName(id);
    const list = kind === 'config' ? this.desired.configs : this.desired.secrets;
    const digest = list.find((payload) => payload.id === id)?.digest;
    const bytes = digest === undefined ? undefined : this.#payloads.get(digest);
    if (kind === 'secret') {
      this.secrets.set(name, { file: `./secrets/${name}` });
      this.losses.add(`secret ${name}`, 'its content', 'secrets are not printed', `write it to ./secrets/${name}`);
    } else if (bytes && isText(bytes))
      this.configs.set(name, { content: escapeCompose(new TextDecoder().decode(bytes)) });
    else {
      this.configs.set(name, { file: `./configs/${name}` });
      this.losses.add(`config ${name}`, 'its content', 'it is no text', `write it to ./configs/${name}`);
    }
    return name;
  }

  volume(id: string): string {
    const name = composeName(id);
    const volume = this.desired.volumes.find((candidate) => candidate.id === id);
    const { driver, driverOptions = {}, external } = volume ?? {};
    const config = clean({
      external: external || undefined,
      driver: driver === 'local' && Object.keys(driverOptions).length === 0 ? undefined : driver,
      driver_opts: driverOptions,
    });
    this.volumes.set(name, config);
    return name;
  }
}

/** Names of compose resources: letters, digits, `.`, `_` and `-`. */
export function composeName(id: string): string {
  return id.replace(/[^a-zA-Z0-9._-]+/g, '-').replace(/^[^a-zA-Z0-9]+/, '') || 'x';
}

/** `$` begins a variable in a compose file. */
export function escapeCompose(text: string): string {
  return text.replaceAll('$', '$$$$');
}

function isText(bytes: Uint8Array): boolean {
  try {
    return !new TextDecoder('utf-8', { fatal: true }).decode(bytes).includes('\0');
  } catch {
    return false;
  }
}
