import { expect, test, vi } from 'vitest';
import { describeLab } from './harness.ts';

vi.setConfig({ testTimeout: 240_000 });

const STOWAGE = 'stack: shop\nhosts: {host1: ssh://host1, host2: ssh://host2, host3: ssh://host3}\n';
const compose = (edition: number) => `
services:
  store:
    image: "store:1"
    network_mode: bridge
    environment: {EDITION: "${edition}"}
    volumes: ["data:/data"]
    deploy: {placement: {constraints: [node.hostname == host1]}}
volumes: {data: {}}
`;
const NAMES = ['host1', 'host2', 'host3'];
const LEDGER = 'stowage-ledger-shop';
const DOCS = `/var/lib/docker/volumes/${LEDGER}/_data/docs`;
const document = (revision: number) => `${DOCS}/r/000000/0000000${revision}/revision.json.gz`;

describeLab('bad input on the hosts', (lab) => {
  const files = (edition: number, stowage = STOWAGE) =>
    lab.workspace({ 'compose.yaml': compose(edition), 'stowage.yaml': stowage });
  const run = async (cwd: string, args: readonly string[], exitCode = 0) => {
    const result = await lab.cli(args, { cwd });
    expect(result.exitCode, result.all).toBe(exitCode);
    return result.all;
  };
  const apply = (cwd: string, exitCode = 0) => run(cwd, ['apply', '--yes'], exitCode);
  const inShell = (host: string, script: string) => lab.onHost(host, 'sh', ['-c', script]);
  const numbers = async (cwd: string) => {
    const { stdout } = await lab.cli(['history', '--json'], { cwd });
    const { revisions } = JSON.parse(stdout) as { revisions: { revision: { number: number } }[] };
    return revisions.map(({ revision }) => revision.number);
  };
  /** Ids of everything that runs for the stack, with the data's volume. */
  const running = async () => {
    const ids = await lab.docker('host1', ['ps', '-q', '--no-trunc', '--filter', 'label=io.stowage.stack=shop']);
    return [ids, await lab.docker('host1', ['volume', 'ls', '-q', '--filter', 'name=shop_data'])];
  };
  const loseLedger = async (host: string) => {
    await lab.docker(host, ['rm', LEDGER]);
    await lab.docker(host, ['volume', 'rm', LEDGER]);
  };

  test('one damaged copy of the history is named and written anew', async () => {
    await apply(files(1));
    const cwd = files(2);
    await apply(cwd);
    const before = await running();
    await inShell('host1', `printf XYXY | dd of=${document(2)} bs=1 seek=40 conv=notrunc`);
    await lab.onHost('host2', 'truncate', ['-s', '30', document(1)]);
    const plan = await run(cwd, ['plan']);
    expect(plan).toMatch(/torn-copy[\s\S]*00000002[\s\S]*host1/);
    expect(plan).toMatch(/torn-copy[\s\S]*00000001[\s\S]*host2/);
    expect(await run(cwd, ['doctor'])).toMatch(/! ledger .*host1.*damaged/);
    expect(await apply(cwd)).toContain('history on host1, host2 is up to date again');
    expect(await run(cwd, ['history'])).not.toContain('warning');
    expect(await running()).toEqual(before);
  });

  test('a document that is damaged everywhere is named; all others stay', async () => {
    const cwd = files(2);
    const before = await running();
    for (const host of NAMES) await lab.onHost(host, 'truncate', ['-s', '30', document(1)]);
    expect(await run(cwd, ['plan'])).toMatch(/damaged in every copy[\s\S]*00000001/);
    expect(await run(cwd, ['show', 'revision', '1'], 64)).toContain('it keeps 2');
    expect(await apply(cwd)).toContain('No changes');
    expect(await running()).toEqual(before);
    await run(cwd, ['rollout', 'undo', '--to', '1', '--yes'], 64);
  });

  test('a newer format stops every writer, and no reader of what it knows', async () => {
    const cwd = files(3);
    const before = await running();
    await inShell('host3', `cp ${DOCS}/audit.json /tmp/audit; echo '{"format":9,"sha256":"x"}' >${DOCS}/audit.json`);
    expect(await run(cwd, ['plan'])).toMatch(/newer-format[\s\S]*host3/);
    expect(await apply(cwd, 1)).toContain('written by a newer Stowage');
    expect(await inShell('host3', `cat ${DOCS}/audit.json`)).toContain('"format":9');
    expect(await running()).toEqual(before);
    await inShell('host3', `cp /tmp/audit ${DOCS}/audit.json`);
  });

  test('copies that are gone are written anew; a history that is gone is missed, and its numbers are not given again', async () => {
    const cwd = files(3);
    await loseLedger('host1');
    await loseLedger('host3');
    expect(await run(cwd, ['plan'])).toMatch(/most copies of the ledger are gone[\s\S]*host1/);
    await apply(cwd);
    expect(await numbers(cwd)).toEqual([2, 3]);
    await loseLedger('host2');
    expect(await numbers(cwd)).toEqual([2, 3]);
    const before = await running();
    for (const host of ['host1', 'host3']) await loseLedger(host);
    expect(await run(cwd, ['plan'])).toMatch(/history of the stack is not there[\s\S]*revision 3/);
    expect(await apply(cwd)).toContain('No changes');
    expect(await running()).toEqual(before);
    await apply(files(4));
    expect(await numbers(cwd)).toEqual([4]);
  });

  test('lost data and foreign objects with our names are told; what is foreign stays', async () => {
    const cwd = files(4);
    const name = await lab.docker('host1', ['ps', '--format', '{{.Names}}', '--filter', 'label=io.stowage.stack=shop']);
    await lab.docker('host1', ['rm', '-f', name]);
    await lab.docker('host1', ['volume', 'rm', 'shop_data']);
    const foreign = await lab.docker('host1', ['create', '--name', name, 'store:1']);
    const plan = await run(cwd, ['plan']);
    expect(plan).toMatch(/volume\/missing[\s\S]*shop_data[\s\S]*revision 4/);
    expect(plan).toMatch(new RegExp(`name/foreign[\\s\\S]*${name} on host host1`));
    await apply(cwd);
    expect(await running()).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), 'shop_data']);

    const other = files(1, STOWAGE.replace('shop', 'blog'));
    await lab.docker('host2', ['volume', 'create', 'stowage-ledger-blog']);
    await lab.docker('host3', ['create', '--name', 'stowage-ledger-blog', 'store:1']);
    const refused = await apply(other, 1);
    expect(refused).toMatch(/ledger\/foreign[\s\S]*host2/);
    expect(refused).toMatch(/ledger\/foreign[\s\S]*host3/);
    expect(await lab.docker('host2', ['volume', 'ls', '-q', '--filter', 'name=stowage-ledger-blog'])).not.toBe('');
    expect(await lab.docker('host3', ['ps', '-aq', '--filter', 'name=stowage-ledger-blog'])).not.toBe('');
    expect(await lab.docker('host1', ['ps', '-aq', '--no-trunc', '--filter', `id=${foreign}`])).toBe(foreign);
  });

  test('after a destroy the history is still read', async () => {
    const cwd = files(4);
    await run(cwd, ['destroy', '--yes']);
    const history = await run(cwd, ['history']);
    expect(history).toMatch(/destroy[\s\S]*apply/);
    expect(history).not.toContain('warning');
    expect(await run(cwd, ['show', 'revision', '4'])).toContain('store:1');
    const again = await run(cwd, ['apply', '--yes']);
    expect(again).not.toContain('warning[ledger');
  });
});
