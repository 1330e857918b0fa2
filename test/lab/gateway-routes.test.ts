import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startLoad } from './harness/load.ts';
import { describeLab } from './harness.ts';

/** TLS that the gateway ends, TLS that the replicas end, sticky sessions, and paths that belong to others. */
const COMPOSE = `
services:
  web:
    image: web:\${TAG}
    expose: ["8080"]
    environment: {VERSION: "\${TAG}"}
    deploy: {replicas: 2}
    x-stowage:
      routes:
        - {host: shop.test, path: /, sticky: true, tls: {secret: pem}}
        - {host: shop.test, path: /healthz, path-type: exact}
  api:
    image: web:1
    expose: ["8080"]
    environment: {VERSION: api, FORWARD: /v1/who=http://127.0.0.1:8080/}
    x-stowage: {routes: [{host: shop.test, path: /v1, tls: {secret: pem}}]}
  own:
    image: haproxy:lts
    expose: ["8443"]
    deploy: {replicas: 2}
    stop_signal: SIGUSR1
    configs: [{source: own, target: /usr/local/etc/haproxy/haproxy.cfg}]
    secrets: [{source: pem, target: /pem, mode: 0444}]
    healthcheck: {test: ["CMD", "haproxy", "-v"], interval: 1s}
    x-stowage: {routes: [{host: own.test, tls: {passthrough: true}}]}
configs:
  own:
    content: |
      defaults
        mode http
        timeout client 60s
        timeout server 60s
        option idle-close-on-response
        timeout connect 5s
      frontend own
        bind :8443 ssl crt /pem
        http-request return status 200 content-type text/plain string "own\${TAG} x"
secrets: {pem: {file: ./pem}}
x-stowage: {gateway-image: "\${GATEWAY:-haproxy:lts}"}
`;
const STOWAGE = 'stack: shop\nhosts: {host1: ssh://host1}\n';

describeLab('routes of a gateway', (lab) => {
  const address = 'https://10.210.0.11';
  const https = (host: string, keepAlive: number) => ({ urls: [`${address}/`], perSecond: 40, keepAlive, host });
  const curl = async (host: string, path: string, ...more: string[]) => {
    const words = ['-sk', '--connect-to', '::10.210.0.11:', '-w', ' %{http_code} %{redirect_url}', ...more];
    return (await lab.run('curl', [...words, `${host}${path}`])).stdout;
  };

  test('are served under load while their replicas and the gateway itself are replaced', async () => {
    const pem = readFileSync(lab.env.tls.cert, 'utf8') + readFileSync(lab.env.tls.key, 'utf8');
    const cwd = lab.workspace({ 'compose.yaml': COMPOSE, 'stowage.yaml': STOWAGE, pem });
    const apply = (env: Record<string, string>) => lab.cli(['apply', '--yes'], { cwd, env });
    const first = await apply({ TAG: '1' });
    expect(first.exitCode, first.all).toBe(0);
    // A kept connection that is passed through ends with its replica; the gateway cannot see between its requests.
    const kinds = [https('shop.test', 4), https('own.test', 0)];
    const loads = await Promise.all(kinds.map((kind) => startLoad(lab.directory, kind)));
    const releases: Record<string, string>[] = [{ TAG: '2' }, { TAG: '2', GATEWAY: 'haproxy:2.6' }];
    for (const env of releases) {
      const next = await apply(env);
      expect(next.exitCode, next.all).toBe(0);
    }
    const [shop, own] = await Promise.all(loads.map((load) => load.stop()));
    expect(shop?.failures).toEqual([]);
    expect(own?.failures).toEqual([]);
    expect(Object.keys(shop?.answers ?? {}).sort()).toEqual(['1', '2']);
    expect(Object.keys(own?.answers ?? {}).sort()).toEqual(['own1', 'own2']);
    const status = JSON.parse((await lab.cli(['gateway', 'status', '--json'], { cwd })).stdout);
    expect(status[0]).toMatchObject({ image: 'haproxy:2.6', isRunning: true });
  }, 300_000);

  test('plain requests go to HTTPS, but for a path that has a rule of its own', async () => {
    expect(await curl('http://shop.test', '/any?x=1')).toContain('308 https://shop.test/any?x=1');
    expect(await curl('http://shop.test', '/healthz')).toMatch(/ 200 $/);
    expect(await curl('https://shop.test', '/v1/who')).toMatch(/^web api .* 200 $/s);
    expect(await curl('https://other.test', '/')).toContain(' 503 ');
  });

  test('a client with the cookie stays with its replica', async () => {
    const [cookie] = /STOWAGE=[^;]+/.exec(await curl('https://shop.test', '/', '-i')) ?? [];
    const replicas = async (...more: string[]) => {
      const urls = Array.from({ length: 6 }, () => 'https://shop.test/').slice(1);
      return new Set((await curl('https://shop.test', '/', ...more, ...urls)).match(/2 [0-9a-f]{12}/g)).size;
    };
    expect([await replicas('-b', cookie ?? ''), await replicas()]).toEqual([1, 2]);
  });
});
