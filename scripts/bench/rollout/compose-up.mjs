import { folder, PORT } from './stack.mjs';

/** The same application and load under `compose up`, where it is installed: as a plugin of docker, else by its old name. */
export async function composeUp(lab, { rounds, rate, report }) {
  const [host] = lab.hosts;
  if (lab.hosts.length > 1) return;
  const command = await lab.composeCommand();
  if (command === undefined) {
    console.log('docker compose up: not installed here, so not measured');
    return;
  }
  await lab.empty();
  const directory = folder(lab, 'compose', { web: { image: 'web:${TAG}', ports: [`${PORT}:8080`] } });
  const up = (TAG) => lab.compose(command, host, ['up', '-d'], directory, { TAG });
  await up('1');
  const stopLoad = await lab.load({ urls: [`http://${host.address}:${PORT}/`], perSecond: rate, keepAlive: 12 });
  const begun = performance.now();
  for (let i = 0; i < rounds; i++) await up(String(2 - (i % 2)));
  const ms = (performance.now() - begun) / rounds;
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const { requests, failed } = await stopLoad();
  const row = {
    what: `${command.join(' ')} up -d, one replica`,
    hosts: 1,
    rollouts: rounds,
    wrong: 0,
    belowPromise: 0,
  };
  report({ ...row, ms, requests, failed, isOther: true });
  await lab.compose(command, host, ['down'], directory, { TAG: '1' });
}
