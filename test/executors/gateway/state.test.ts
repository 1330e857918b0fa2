import { describe, expect, it } from 'vitest';
import { parseWorkers } from '../../../src/executors/gateway/client.ts';
import {
  emptyEntry,
  withConfig,
  withLeaving,
  withoutServers,
  withServers,
} from '../../../src/executors/gateway/slots.ts';
import { commandsFor, parseServers, parseStat, wantedServers } from '../../../src/executors/gateway/state.ts';
import { clientsOf } from '../../../src/executors/gateway/status.ts';
import { type GatewayConfig, gatewayNote, readGatewayNotes } from '../../../src/model/gateway.ts';

const CONFIG: GatewayConfig = {
  stack: 'shop',
  listeners: [{ port: 80, mode: 'http', certificates: [], rules: [], defaultBackend: 'shop:web:80' }],
  backends: [{ name: 'shop:web:80', mode: 'http', sticky: 'no', peers: [] }],
};
const server = (container: string, weight = 100) => ({ backend: 'shop:web:80', container, port: 8080, weight });
const at = (...pairs: [string, string][]) => new Map(pairs);

const STATE = `1
# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl srv_check_port srv_check_addr srv_agent_addr srv_agent_port
3 shop:web:80.http 1 s1 172.20.0.2 2 0 100 100 29 6 3 2 6 0 0 0 - 8080 - 0 0 - - 0
3 shop:web:80.http 2 s2 127.0.0.1 0 5 1 1 30 1 0 0 14 0 0 0 - 1 - 0 0 - - 0
`;

describe('what HAProxy says', () => {
  it('servers: address, weight, whether up and whether out of service', () => {
    const [first, second] = parseServers(STATE);
    expect(first).toMatchObject({ address: '172.20.0.2', port: 8080, weight: 100, isUp: true, isMaintained: false });
    expect(second).toMatchObject({ name: 's2', isUp: false, isMaintained: true });
  });

  it('processes: the current one, and older ones that still end connections', () => {
    const text = `#<PID>          <type>          <reloads>       <uptime>        <version>
1               master          2 [failed: 0]   0d00h10m14s     2.6.12
# workers
90              worker          0               0d00h00m14s     2.6.12
# old workers
64              worker          1               0d00h10m14s     2.6.12
# programs
`;
    expect(parseWorkers(text)).toEqual({ current: 90, old: [64] });
    expect(parseWorkers('')).toEqual({ current: undefined, old: [] });
  });

  it('numbers: columns by name, quoted values as they are', () => {
    const [line] = parseStat('# pxname,svname,scur,stot,status,rate,req_tot,last_chk,\na.http,s1,2,9,UP,1,7,"a, b",\n');
    expect(line).toMatchObject({ section: 'a.http', name: 's1', sessions: 2, totalSessions: 9, requests: 7, rate: 1 });
  });

  it('clients: a connection that one front end hands to another counts once', () => {
    const lines = ['# pxname,svname,scur,rate,', 'port-80,FRONTEND,5,2,', 'port-80.http.handover,inner,3,2,'];
    const inner = [
      'port-80.http,FRONTEND,3,2,',
      'port-443-127.0.0.1,FRONTEND,4,1,',
      'port-443-127.0.0.1.tls,FRONTEND,4,1,',
    ];
    const servers = ['shop:web:80.http,s1,3,9,'];
    const all = [...lines, ...inner, ...servers].join('\n');
    expect(clientsOf(parseStat(all))).toEqual({ connections: 9, rate: 3 });
  });
});

describe('commands', () => {
  const wanted = (weight: number, container = 'one') =>
    wantedServers([
      withServers(withConfig(emptyEntry('shop'), CONFIG), [server(container, weight)], at([container, '172.20.0.2'])),
    ]);

  it('none when all is as wanted', () => {
    expect(commandsFor(wanted(100), parseServers(STATE))).toEqual([]);
  });

  it('a weight alone takes nobody out', () => {
    expect(commandsFor(wanted(25), parseServers(STATE))).toEqual(['set server shop:web:80.http/s1 weight 25']);
  });

  it('another address only while the place is out of service', () => {
    const moved = wantedServers([
      withServers(withConfig(emptyEntry('shop'), CONFIG), [server('two')], at(['two', '172.20.0.9'])),
    ]);
    expect(commandsFor(moved, parseServers(STATE))).toEqual([
      'set server shop:web:80.http/s1 state maint',
      'set server shop:web:80.http/s1 addr 172.20.0.9 port 8080',
      'set server shop:web:80.http/s1 state ready',
    ]);
  });

  it('an empty place takes no session', () => {
    const none = wantedServers([withConfig(emptyEntry('shop'), CONFIG)]);
    expect(commandsFor(none, parseServers(STATE))).toEqual(['set server shop:web:80.http/s1 state maint']);
  });
});

describe('places for servers', () => {
  const entry = withConfig(emptyEntry('shop'), CONFIG);

  it('a server keeps its place, and the place of one that leaves is not given away before it is gone', () => {
    const two = withServers(entry, [server('one'), server('two')], at(['one', 'a'], ['two', 'b']));
    const leaving = withLeaving(two, [server('one')]);
    const three = withServers(leaving, [server('three')], at(['three', 'c']));
    expect(three.servers.map((s) => [s.container, s.slot])).toEqual([
      ['one', 1],
      ['two', 2],
      ['three', 3],
    ]);
    const gone = withServers(withoutServers(three, [server('one')]), [server('four')], at(['four', 'd']));
    expect(gone.servers.find((s) => s.container === 'four')?.slot).toBe(1);
  });

  it('a server that comes back stays', () => {
    const back = withServers(
      withLeaving(withServers(entry, [server('one')], at(['one', 'a'])), [server('one')]),
      [server('one')],
      at(),
    );
    expect(back.servers).toEqual([{ ...server('one'), address: 'a', slot: 1 }]);
  });

  it('a full back end gets twice as many', () => {
    const names = Array.from({ length: 9 }, (_, i) => `c${i}`);
    const full = withServers(
      entry,
      names.map((n) => server(n)),
      new Map(names.map((n) => [n, n])),
    );
    expect(full.slots).toEqual({ 'shop:web:80': 16 });
  });

  it('servers of a back end that goes, go', () => {
    const one = withServers(entry, [server('one')], at(['one', 'a']));
    expect(withConfig(one, { ...CONFIG, backends: [] }).servers).toEqual([]);
  });
});

describe('notes on a host', () => {
  it('the newest of a stack counts, the others are told to be removed', () => {
    const notes = [gatewayNote(withConfig(emptyEntry('shop'), CONFIG), 8), gatewayNote(emptyEntry('shop'), 7)];
    for (const volumes of [notes, [...notes].reverse()]) {
      const found = readGatewayNotes(volumes).get('shop');
      expect(found?.sequence).toBe(8);
      expect(found?.entry.config).toEqual(CONFIG);
      expect([...(found?.notes ?? [])].sort()).toEqual(['stowage-gateway-shop-7', 'stowage-gateway-shop-8']);
    }
  });

  it('a damaged note is none', () => {
    const { name, labels } = gatewayNote(emptyEntry('shop'), 1);
    const damaged = Object.fromEntries(Object.entries(labels).map(([k, v]) => [k, k.endsWith('entry') ? '{' : v]));
    expect(readGatewayNotes([{ name, labels: damaged }]).size).toBe(0);
  });
});

describe('the check of a release that goes', () => {
  const asking = (checkPath?: string): GatewayConfig => ({
    ...CONFIG,
    backends: CONFIG.backends.map((b) => ({ ...b, ...(checkPath === undefined ? {} : { checkPath }) })),
  });
  const addresses = at(['old', '172.20.0.2'], ['new', '172.20.0.3']);
  const checks = (path: string | undefined, next: string | undefined) => {
    const before = withServers(withConfig(emptyEntry('shop'), asking(path)), [server('old')], addresses);
    const between = withServers(withConfig(before, asking(next)), [server('new'), server('old', 50)], addresses);
    return between.servers.map((s) => [s.container, s.check]);
  };

  it.each([
    ['/old', '/new', { path: '/old' }],
    ['/old', undefined, { path: '/old' }],
    [undefined, '/new', {}],
    ['/same', '/same', undefined],
  ])('%s → %s: its servers keep theirs', (path, next, kept) => {
    expect(checks(path, next)).toEqual([
      ['old', kept],
      ['new', undefined],
    ]);
  });

  it('is forgotten when the back end asks like that again', () => {
    const first = withServers(withConfig(emptyEntry('shop'), asking('/a')), [server('old')], addresses);
    const back = withConfig(withConfig(first, asking('/b')), asking('/a'));
    expect(back.servers[0]?.check).toBeUndefined();
  });
});
