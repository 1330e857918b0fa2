/**
 * The floor of `apply`: one SSH login, then the same network, create and start calls over it, all containers at once,
 * and nothing else: no look at what is there, no lock, no history, no check that anything keeps running.
 *
 *   node scripts/bench/floor.mjs ADDRESS KEY_FILE COUNT IMAGE     prints the milliseconds of the calls alone
 *   node scripts/bench/floor.mjs ADDRESS KEY_FILE COUNT           removes what that has made
 */
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import ssh2 from 'ssh2';

const SOCKET = '/var/run/docker.sock';
const [address, keyFile, count, image] = process.argv.slice(2);
const client = await login();
const agent = new Agent({ keepAlive: true });
agent.createConnection = (_options, done) => {
  client.openssh_forwardOutStreamLocal(SOCKET, (error, channel) => {
    if (channel)
      Object.assign(channel, { setTimeout: idle, setKeepAlive: idle, setNoDelay: idle, ref: idle, unref: idle });
    done(error, channel);
  });
};

function idle() {
  return this;
}

function login() {
  return new Promise((resolve, reject) => {
    const connection = new ssh2.Client();
    connection.on('ready', () => resolve(connection)).on('error', reject);
    connection.connect({ host: address, username: 'root', privateKey: readFileSync(keyFile) });
    connection.setNoDelay(true);
  });
}

function call(method, path, body) {
  const text = body === undefined ? '' : JSON.stringify(body);
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  return new Promise((resolve, reject) => {
    const outgoing = request({ agent, host: 'docker', method, path, headers }, async (answer) => {
      let said = '';
      for await (const chunk of answer) said += chunk;
      if (answer.statusCode < 400) resolve(said);
      else reject(new Error(`${method} ${path}: ${said}`));
    });
    outgoing.on('error', reject).end(text);
  });
}

async function run(name, alias) {
  const body = {
    Image: image,
    HostConfig: { NetworkMode: 'floor_default' },
    NetworkingConfig: { EndpointsConfig: { floor_default: { Aliases: [alias] } } },
  };
  await call('POST', `/containers/create?name=${name}`, body);
  await call('POST', `/containers/${name}/start`);
}

async function remove(name) {
  await call('DELETE', `/containers/${name}?force=1`);
}

const names = Array.from({ length: Number(count) }, (_, i) => `floor-${i}`);
const began = performance.now();
if (image === undefined) {
  await Promise.all(names.map(remove));
  await call('DELETE', '/networks/floor_default');
} else {
  await call('POST', '/networks/create', { Name: 'floor_default', Driver: 'bridge' });
  await Promise.all(names.map((name, i) => run(name, `s${i}`)));
}
process.stdout.write(`${Math.round(performance.now() - began)}\n`);
agent.destroy();
client.end();
