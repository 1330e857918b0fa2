// The application that every part rolls out, and what it takes to do so.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const PORT = 8080;

/** A machine that is busy with the load itself is no sick replica. */
export const HEALTHCHECK = { test: ['CMD', '/web', 'check'], interval: '1s', timeout: '20s', retries: 2 };

/** A folder with a stack of these compose services on the hosts of the lab. */
export function folder(lab, stack, services) {
  const directory = mkdtempSync(join(tmpdir(), 'stowage-bench-'));
  const inventory = lab.hosts.map((h) => `${h.name}: ssh://${h.name}`).join(', ');
  writeFileSync(join(directory, 'stowage.yaml'), `stack: ${stack}\nhosts: { ${inventory} }\n`);
  writeFileSync(join(directory, 'compose.yaml'), JSON.stringify({ services }, null, 2));
  return directory;
}

/** Three replicas of a web server behind the gateway; IMAGE and START_DELAY come from the environment. */
export function web(lab, rollout) {
  return folder(lab, 'bench', {
    web: {
      image: '${IMAGE}',
      restart: 'always',
      ports: [`${PORT}:8080`],
      environment: { START_DELAY: '${START_DELAY:-0}' },
      deploy: { replicas: 3 },
      healthcheck: HEALTHCHECK,
      'x-stowage': { rollout: { 'progress-deadline': '120s', ...rollout } },
    },
  });
}

export function urlsOf(lab) {
  return lab.hosts.map((h) => `http://${h.address}:${PORT}/`);
}

/** @throws when the command did not end with 0 */
export async function expectDone(running) {
  const result = await running;
  if (result.exitCode !== 0) throw new Error(`exit code ${result.exitCode}:\n${result.output}`);
  return result;
}
