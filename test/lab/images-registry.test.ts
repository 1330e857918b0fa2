import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { LABEL } from '../../src/model/labels.ts';
import { describeLab } from './harness.ts';

const REGISTRY = '10.210.0.1:5001';
const STOWAGE = 'stack: shop\nhosts: {host1: ssh://host1}\n';
const ZEROS = `sha256:${'0'.repeat(64)}`;
const auth = (password: string) => ({
  auths: { [REGISTRY]: { auth: Buffer.from(`lab:${password}`).toString('base64') } },
});

/** As `docker-credential-*` programs answer. */
const HELPER = `#!/bin/sh
[ "$1" = get ] || exit 1
printf '{"ServerURL":"%s","Username":"lab","Secret":"lab"}' "$(cat)"
`;

describeLab('a registry that wants a login', (lab) => {
  const apply = async (files: Record<string, string>, config: object, env: Record<string, string> = {}) => {
    const cwd = lab.workspace({ 'stowage.yaml': STOWAGE, 'docker/config.json': JSON.stringify(config), ...files });
    return await lab.cli(['apply', '--yes'], { cwd, env: { DOCKER_CONFIG: join(cwd, 'docker'), ...env } });
  };
  const compose = (image: string, more = '') => ({ 'compose.yaml': `services: {web: {image: "${image}"${more}}}\n` });
  const running = async () =>
    (await lab.docker('host1', ['ps', '--filter', `label=${LABEL.workload}`, '--format', '{{.ID}}'])).trim();
  const version = async () =>
    await lab.docker('host1', ['inspect', '-f', '{{range .Config.Env}}{{println .}}{{end}}', await running()]);

  beforeAll(async () => {
    for (const tag of ['1', '2', '3']) {
      await lab.docker('host1', ['rmi', '-f', `${REGISTRY}/web:${tag}`]).catch(() => undefined);
    }
  });

  test('a credential helper on PATH is asked', async () => {
    const bin = lab.workspace({ 'docker-credential-vault': HELPER });
    chmodSync(join(bin, 'docker-credential-vault'), 0o755);
    const env = { PATH: `${bin}:${process.env.PATH}` };
    const applied = await apply(compose(`${REGISTRY}/web:1`), { credHelpers: { [REGISTRY]: 'vault' } }, env);
    expect(applied.exitCode, applied.all).toBe(0);
    expect(await version()).toContain('VERSION=1');
  });

  test.each<[string, string, object, RegExp, string?]>([
    [
      'a wrong password',
      `${REGISTRY}/web:2`,
      auth('hunter2'),
      /image\/unauthorized[\s\S]*docker login 10\.210\.0\.1:5001/,
    ],
    ['no password', `${REGISTRY}/web:2`, {}, /image\/unauthorized/],
    ['a digest nobody has', `10.210.0.1:5000/web:2@${ZEROS}`, {}, /image\/digest-unknown/],
    ['a platform it is not made for', '10.210.0.1:5000/web:2', {}, /image\/platform/, ', platform: linux/s390x'],
    ['another processor', '10.210.0.1:5000/web:foreign', {}, /image\/architecture/],
  ])('%s is told before anything stops', async (_name, image, config, words, more) => {
    const before = await running();
    const refused = await apply(compose(image, more), config);
    // 3 where a step failed: the release that had begun is taken back, though nothing of it ran.
    expect([1, 3], refused.all).toContain(refused.exitCode);
    expect(refused.all).toMatch(words);
    expect(refused.all).not.toContain('hunter2');
    expect(await running()).toBe(before);
  });

  test('the pull secret of a Deployment is used, and is not in the plan', async () => {
    const secret = Buffer.from(JSON.stringify(auth('lab'))).toString('base64');
    const manifest = `apiVersion: v1
kind: Secret
metadata: {name: regcred}
type: kubernetes.io/dockerconfigjson
data: {.dockerconfigjson: ${secret}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      imagePullSecrets: [{name: regcred}]
      containers: [{name: web, image: "${REGISTRY}/web:3"}]
`;
    const applied = await apply({ 'web.yaml': manifest, 'stowage.yaml': `${STOWAGE}files: [web.yaml]\n` }, {});
    expect(applied.exitCode, applied.all).toBe(0);
    expect(await version()).toContain('VERSION=3');
    expect(applied.all).not.toContain(secret);
  });
});
