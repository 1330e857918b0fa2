/**
 * Times of `stowage config` beside a bare node, and beside docker compose where it is installed.
 *
 *   npm run bench:config
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { report } from './lib/results.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const STOWAGE = [process.execPath, join(ROOT, 'bin', 'run.cjs'), 'config'];
/** Node reads extra certificates at start, which hides everything else. */
const { NODE_EXTRA_CA_CERTS: _, ...ENV } = process.env;

function service(i) {
  return `  svc${i}:
    image: registry.example.org/team/svc${i}:1.${i}
    command: ["serve", "--port", "8080"]
    environment:
      LOG_LEVEL: info
      DATABASE_URL: postgres://db:5432/app${i}
      FEATURE: \${FEATURE:-on}
    ports:
      - "${10000 + i}:80"
    volumes:
      - data:/var/lib/data
      - ./conf/${i}:/etc/conf:ro
    networks: [front, back]
${i === 0 ? '' : `    depends_on: [svc${i - 1}]\n`}    restart: unless-stopped
    healthcheck:
      test: ["CMD", "curl", "-f", "http://localhost/health"]
      interval: 10s
    deploy:
      replicas: 2
      resources:
        limits: {cpus: "0.5", memory: 128M}
`;
}

function project(services) {
  const body = Array.from({ length: services }, (_item, i) => service(i)).join('');
  return `name: bench\nservices:\n${body}volumes:\n  data: {}\nnetworks:\n  front: {}\n  back: {}\n`;
}

function once(command) {
  const started = performance.now();
  const { status, stderr } = spawnSync(command[0], command.slice(1), { env: ENV, stdio: ['ignore', 'ignore', 'pipe'] });
  if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}: ${stderr}`);
  return performance.now() - started;
}

/** The fastest run of each command, all taking turns: what a loaded machine adds is left out. */
function fastest(commands, runs) {
  const best = commands.map((command) => once(command));
  for (let i = 1; i < runs; i++)
    for (const [c, command] of commands.entries()) best[c] = Math.min(best[c], once(command));
  return best;
}

function hasCompose() {
  return spawnSync('docker', ['compose', 'version'], { stdio: 'ignore' }).status === 0;
}

function row(name, ms, bare, target) {
  console.log(
    `${name.padEnd(44)}${ms.toFixed(0).padStart(7)} ms${`${(ms / bare).toFixed(1)}×`.padStart(9)}   ${target}`,
  );
}

const folder = mkdtempSync(join(tmpdir(), 'stowage-bench-'));
try {
  const small = join(folder, 'small.yaml');
  const large = join(folder, 'large.yaml');
  writeFileSync(small, project(10));
  writeFileSync(large, project(2000));
  const compose = hasCompose() ? [['docker', 'compose', '-f', small, 'config']] : [];
  const [bare, quick, reference] = fastest([[process.execPath, '-e', '0'], [...STOWAGE, '-f', small], ...compose], 25);
  row('node -e 0', bare, bare, '');
  const floor = `node -e 0: ${bare.toFixed(0)} ms`;
  report({
    what: 'stowage config, 10 services, fastest of 25',
    measured: `${quick.toFixed(0)} ms`,
    floor,
    ratio: quick / bare,
    target: 'at most 4×',
    isMet: quick / bare <= 4,
  });
  if (reference !== undefined) row('docker compose config, 10 services', reference, bare, '');
  const many = hasCompose() ? [['docker', 'compose', '-f', large, 'config']] : [];
  const [slow, slowReference] = fastest([[...STOWAGE, '-f', large], ...many], 5);
  report({
    what: 'stowage config, 2000 services, 1 MB, fastest of 5',
    measured: `${slow.toFixed(0)} ms`,
    floor,
    ratio: slow / bare,
    target: 'under 1500 ms',
    isMet: slow < 1500,
  });
  if (slowReference !== undefined) row('docker compose config, 2000 services, 1 MB', slowReference, bare, '');
  if (!hasCompose()) console.log('docker compose is not installed; its times are left out');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
