import pLimit from 'p-limit';
import { engine } from '../../lib/rollout-lab.mjs';
import { expectDone, folder, HEALTHCHECK } from './stack.mjs';

const WORKLOADS = 10;
const MOST = 1.2;
const NETWORK = 'ten_default';

/**
 * Ten workloads go back, their images there: the time of the whole command beside that of the engine calls it has to make,
 * made bare on the engines' own sockets right after it: create, start, wait for healthy, join under the name, leave it
 * with the old one, stop, remove, all at once.
 */
export async function undo(lab, { rounds, report }) {
  await lab.empty();
  const names = Array.from({ length: WORKLOADS }, (_, i) => `app${i}`);
  const services = Object.fromEntries(names.map((name) => [name, { image: 'web:${TAG}', healthcheck: HEALTHCHECK }]));
  const directory = folder(lab, 'ten', services);
  for (const TAG of ['1', '2']) await expectDone(lab.stowage(['apply', '--yes'], directory, { TAG }));
  const times = [];
  const floors = [];
  for (let i = 0; i < rounds; i++) {
    times.push((await expectDone(lab.stowage(['rollout', 'undo', '--yes'], directory))).ms);
    floors.push(await bareExchange(lab, names));
  }
  const ratio = middle(times) / middle(floors);
  report({
    what: `undo of ${WORKLOADS} workloads`,
    hosts: lab.hosts.length,
    rollouts: rounds,
    wrong: 0,
    belowPromise: 0,
    requests: 0,
    failed: 0,
    ms: middle(times),
    isBad: ratio > MOST,
    note: `bare engine calls ${(middle(floors) / 1000).toFixed(1)} s, ${ratio.toFixed(2)} times as long (medians)`,
  });
}

/** Milliseconds to exchange as many containers by the calls alone. What it makes is removed again. */
async function bareExchange(lab, names) {
  // Engines lose count of endpoints when several containers join at once (docs/networks.md).
  const turns = new Map(lab.hosts.map((host) => [host, pLimit(1)]));
  const rejoinInTurn = (host, id, aliases) => turns.get(host)(() => rejoin(host, id, aliases));
  const hostOf = (index) => lab.hosts[index % lab.hosts.length];
  const old = await Promise.all(names.map((name, i) => started(hostOf(i), `floor-old-${name}`)));
  await Promise.all(old.map((id, i) => healthy(hostOf(i), id)));
  const begun = performance.now();
  const fresh = await Promise.all(
    names.map(async (name, i) => {
      const id = await started(hostOf(i), `floor-new-${name}`);
      await healthy(hostOf(i), id);
      await rejoinInTurn(hostOf(i), id, [`floor-${name}`]);
      await rejoinInTurn(hostOf(i), old[i], []);
      await engine(hostOf(i), 'POST', `/containers/${old[i]}/stop?t=10`);
      await engine(hostOf(i), 'DELETE', `/containers/${old[i]}`);
      return id;
    }),
  );
  const ms = performance.now() - begun;
  await Promise.all(fresh.map((id, i) => engine(hostOf(i), 'DELETE', `/containers/${id}?force=1`)));
  return ms;
}

async function started(host, name) {
  const Healthcheck = { Test: HEALTHCHECK.test, Interval: 1e9, Timeout: 20e9, Retries: HEALTHCHECK.retries };
  const body = { Image: 'web:1', Healthcheck, HostConfig: { NetworkMode: NETWORK } };
  const { Id } = await engine(host, 'POST', `/containers/create?name=${name}`, body);
  await engine(host, 'POST', `/containers/${Id}/start`);
  return Id;
}

/** The name leads to it, or no more; it keeps its address. */
async function rejoin(host, id, Aliases) {
  const { NetworkSettings } = await engine(host, 'GET', `/containers/${id}/json`);
  const IPAMConfig = { IPv4Address: NetworkSettings.Networks[NETWORK].IPAddress };
  await engine(host, 'POST', `/networks/${NETWORK}/disconnect`, { Container: id });
  await engine(host, 'POST', `/networks/${NETWORK}/connect`, {
    Container: id,
    EndpointConfig: { Aliases, IPAMConfig },
  });
}

async function healthy(host, id) {
  while ((await engine(host, 'GET', `/containers/${id}/json`)).State.Health?.Status !== 'healthy')
    await new Promise((resolve) => setTimeout(resolve, 50));
}

function middle(numbers) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
