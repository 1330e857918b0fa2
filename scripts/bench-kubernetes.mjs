/**
 * Times of reading, defaulting, validating and compiling Kubernetes manifests, beside a bare node.
 * Every run gets a file of its own, so that nothing remembered from the run before helps.
 *
 *   npm run bench:kubernetes
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const STOWAGE = [process.execPath, join(ROOT, 'bin', 'run.cjs')];
const RUNS = 7;
/** Node reads extra certificates at start, which hides everything else. */
const { NODE_EXTRA_CA_CERTS: _, ...ENV } = process.env;

const deployment = (i) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-${i}
  labels: {app: web-${i}}
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web-${i}
  template:
    metadata:
      labels:
        app: web-${i}
    spec:
      containers:
        - name: web
          image: registry.example.com/web:1.${i}
          ports:
            - name: http
              containerPort: 8080
          env:
            - name: MODE
              value: production
          resources:
            requests:
              cpu: 100m
              memory: 128Mi
            limits:
              memory: 256Mi
          readinessProbe:
            httpGet:
              path: /ready
              port: http
`;

const manifests = (count) => Array.from({ length: count }, (_item, i) => deployment(i)).join('---\n');

function timed(command) {
  const started = performance.now();
  const { status, stderr } = spawnSync(command[0], command.slice(1), { env: ENV, stdio: ['ignore', 'ignore', 'pipe'] });
  if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}: ${stderr}`);
  return performance.now() - started;
}

/** The fastest run: what a loaded machine adds is left out. */
const fastest = (run) => Math.min(...Array.from({ length: RUNS }, (_item, i) => run(i)));

function row(name, ms, bare, target = '') {
  const times = `${(ms / bare).toFixed(1)}×`;
  console.log(`${name.padEnd(44)}${ms.toFixed(0).padStart(7)} ms${times.padStart(9)}   ${target}`);
}

const folder = mkdtempSync(join(tmpdir(), 'stowage-bench-'));
try {
  let files = 0;
  const fresh = (text) => {
    const file = join(folder, `${files++}.yaml`);
    writeFileSync(file, text);
    return file;
  };
  const small = manifests(1);
  const large = manifests(1000);
  const run = (words, text) => fastest(() => timed([...STOWAGE, ...words, '-f', fresh(text)]));
  const bare = fastest(() => timed([process.execPath, '-e', '0']));
  row('node -e 0', bare, bare);
  row('stowage validate, 1 Deployment', run(['validate'], small), bare);
  row('stowage validate, 1000 Deployments', run(['validate'], large), bare, 'under 1500 ms');
  row('stowage config, 1000 Deployments', run(['config'], large), bare, 'under 1500 ms');
  row('stowage config --objects, 1000 Deployments', run(['config', '--objects', 'defaulted'], large), bare);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
