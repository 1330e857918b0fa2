import type { Plan } from '../../model/plan.ts';
import type { Step, StepKind } from '../../model/step.ts';
import type { Style } from '../terminal.ts';
import { commandsOf } from './script/shell-lines.ts';
import { subjectOf } from './subject.ts';

export interface Explained {
  /** The engine's API call. */
  readonly call: string;
  readonly undo: string;
}

const CALLS: Readonly<Record<StepKind, Explained>> = {
  'swarm.init': { call: 'POST /swarm/init', undo: 'docker swarm leave --force, by hand: others may use the swarm' },
  'swarm.join': { call: 'POST /swarm/join', undo: 'docker swarm leave, by hand: others may use the swarm' },
  'image.pull': { call: 'POST /images/create', undo: 'nothing: an image that nobody uses does no harm' },
  'image.transfer': {
    call: 'GET /images/get here, POST /images/load there',
    undo: 'nothing: an image that nobody uses does no harm',
  },
  'image.build': { call: 'POST /build', undo: 'nothing: an image that nobody uses does no harm' },
  'image.remove': { call: 'DELETE /images/NAME', undo: 'the next plan pulls it again' },
  'network.create': { call: 'POST /networks/create', undo: 'network.remove, once nothing hangs on it' },
  'network.remove': { call: 'DELETE /networks/ID', undo: 'network.create' },
  'network.connect': { call: 'POST /networks/ID/connect', undo: 'network.disconnect' },
  'network.disconnect': { call: 'POST /networks/ID/disconnect', undo: 'network.connect' },
  'names.give': { call: 'POST /networks/ID/disconnect and /connect, with the same address', undo: 'names.take' },
  'names.take': {
    call: 'POST /networks/ID/disconnect and /connect, with the same address, then a second or more for lost packets',
    undo: 'names.give',
  },
  'volume.create': { call: 'POST /volumes/create', undo: 'volume.remove, only by name: it may hold data by then' },
  'volume.remove': { call: 'DELETE /volumes/NAME', undo: 'nothing brings the data back but a backup' },
  'volume.restore': { call: 'PUT /containers/ID/archive', undo: 'nothing; restore another backup' },
  'volume.copy': { call: 'GET and PUT /containers/ID/archive', undo: 'the source is still there' },
  'payload.remove': { call: 'PUT /containers/ID/archive', undo: 'nothing; no revision needs them' },
  'bind.remove': { call: 'PUT /containers/ID/archive', undo: 'the next sync of that content' },
  'bind.sync': { call: 'PUT /containers/ID/archive', undo: 'the next sync of the earlier content' },
  'container.create': {
    call: 'POST /containers/create, POST /networks/ID/connect, PUT /containers/ID/archive',
    undo: 'container.remove',
  },
  'container.start': { call: 'POST /containers/ID/start', undo: 'container.stop' },
  'container.update': { call: 'POST /containers/ID/update', undo: 'container.update with the earlier limits' },
  'container.rename': { call: 'POST /containers/ID/rename', undo: 'container.rename' },
  'container.signal': { call: 'POST /containers/ID/kill', undo: 'nothing' },
  'container.files': { call: 'PUT /containers/ID/archive', undo: 'container.files with the earlier content' },
  'container.stop': {
    call: 'POST /containers/ID/stop',
    undo: 'container.start: it is kept until its successor counts',
  },
  'container.remove': { call: 'DELETE /containers/ID', undo: 'stowage rollout undo makes it anew from the history' },
  'health.wait': { call: 'GET /containers/ID/json, again and again', undo: 'nothing to undo' },
  'hook.exec': { call: 'POST /containers/ID/exec', undo: 'nothing: what the command did stays' },
  'gateway.ensure': { call: 'POST /containers/create', undo: 'container.remove, when no stack publishes on the host' },
  'gateway.configure': {
    call: "the gateway's runtime API, or a checked reload",
    undo: 'gateway.configure with the earlier servers',
  },
  'gateway.switch': { call: "the gateway's runtime API, read back", undo: 'gateway.switch to the earlier servers' },
  'gateway.drain': { call: "the gateway's runtime API", undo: 'gateway.configure' },
  'rollout.delay': { call: 'none', undo: 'nothing to undo' },
  'rollout.pause': { call: 'none', undo: 'stowage rollout promote or abort' },
  'rollout.check': { call: 'none of the engine', undo: 'nothing to undo' },
  'container.adopt': {
    call: 'POST /volumes/create: a note',
    undo: 'docker volume rm of the note; the container runs on',
  },
  'network.adopt': { call: 'POST /volumes/create: a note', undo: 'docker volume rm of the note' },
  'volume.adopt': { call: 'POST /volumes/create: a note', undo: 'docker volume rm of the note; the data stays' },
  'host.mark': { call: 'POST /volumes/create: a note', undo: 'stowage hosts uncordon' },
};

/** Which call of the engine a step makes, and what takes it back. */
export function callOf(step: Step): Explained {
  return CALLS[step.kind];
}

/** What a step is for, which call it makes, what waits for it, and what takes it back. */
export function explainStep(plan: Plan, step: Step, style: Style): string {
  const { call, undo } = callOf(step);
  const waiting = plan.steps.filter((s) => s.after.includes(step.id)).map((s) => s.id);
  const lines = [
    style.bold(`Step ${step.id} of ${plan.steps.length}: ${step.kind} ${subjectOf(step)} on ${step.host}`),
    `  why    ${step.cause}`,
    `  call   ${call}`,
    ...commandsOf(plan, step).map((command) => `  as     ${command}`),
    `  undo   ${undo}`,
    `  after  ${step.after.map((id) => named(plan, id)).join('; ') || 'nothing: it may start at once'}`,
    `  then   ${waiting.length === 0 ? 'nothing waits for it' : waiting.map((id) => named(plan, id)).join('; ')}`,
    ...(step.destructive ? [style.red('  data   is lost when this runs')] : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** `38 container.stop web.1` */
export function named(plan: Plan, id: number): string {
  const step = plan.steps.find((s) => s.id === id);
  return step === undefined ? String(id) : `${id} ${step.kind} ${subjectOf(step)}`.trim();
}
