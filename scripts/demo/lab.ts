import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bringUp, LAB_SCRIPT, Lab } from '../../test/lab/harness/lab.ts';
import { APP, STOWAGE, show, type Target } from './target.ts';

const DIRECTORY = join(tmpdir(), 'stowage-demo-lab');
const HOSTS = 3;

export function isLabUp(): boolean {
  return existsSync(join(DIRECTORY, 'ssh_config'));
}

/** Three hosts on this machine. @throws when there can be none, saying why */
export async function startLab(): Promise<Target> {
  if (!isLabUp()) process.stdout.write('no engine answers here: bringing up three lab hosts\n');
  const missing = await bringUp(DIRECTORY, HOSTS);
  if (missing !== undefined) throw new Error(`no engine answers here, and the lab cannot run: ${missing}`);
  return labTarget();
}

export function stopLab(): Promise<number> {
  return show(LAB_SCRIPT, ['down'], { env: { ...process.env, LAB_DIR: DIRECTORY } });
}

function labTarget(): Target {
  const lab = new Lab(DIRECTORY, HOSTS);
  process.once('exit', () => lab.dispose());
  const stowage = (args: readonly string[]) => {
    const [command, ...rest] = lab.operatorCommand(STOWAGE[0], [STOWAGE[1], ...args]);
    return show(command, rest, { cwd: APP, env: { ...process.env, ...lab.variables } });
  };
  return {
    description: `the lab's hosts ${lab.hosts.map(({ name }) => name).join(', ')}`,
    flags: ['--env', 'lab'],
    prepare: async () => undefined, // the lab's registry has them
    stowage,
    urls: lab.hosts.map(({ address }) => `http://${address}:8080/visits`),
    fetch: async (url) => {
      const { exitCode, stdout, stderr } = await lab.run('curl', ['-sSf', '--max-time', '5', url]);
      if (exitCode !== 0) throw new Error(stderr.trim());
      return stdout;
    },
    down: stopLab,
  };
}
