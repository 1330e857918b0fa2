import { BaseCommand } from '../../app/cli/base-command.ts';
import { hostFlags, inputFlags } from '../../app/cli/flags.ts';

export default class GatewayStatus extends BaseCommand {
  static override summary = 'show what the gateways do now';
  static override description =
    'Asks HAProxy on every host: listeners, servers with their weights, sessions, rates and errors since its last reload.';
  static override group = 'Look';
  static override examples = [
    { description: 'On the hosts of this folder', command: '<%= config.bin %> gateway status' },
    { description: 'For a program', command: '<%= config.bin %> gateway status --json' },
  ];
  static override flags = { ...inputFlags, ...hostFlags };

  override async run(): Promise<void> {
    const { flags } = await this.parse(GatewayStatus);
    const [{ withStack }, { gatewayStatus }] = await Promise.all([
      import('../../app/stack-session.ts'),
      import('../../executors/gateway/status.ts'),
    ]);
    const gateways = await withStack(flags, async ({ session }) => {
      const found = await Promise.all([...session.connections.values()].map((host) => gatewayStatus(host)));
      return found.filter((g) => g !== undefined);
    });
    if (flags.json) return this.printJson(gateways);
    const { renderGateways } = await import('../../render/gateway.ts');
    this.print(await renderGateways(gateways, await this.terminal(flags)));
  }
}
