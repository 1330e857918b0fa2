import { removePayloads } from '../../ledger/payload-remove.ts';
import { restoreVolume } from '../../volumes/restore.ts';
import { waitForHealth } from '../wait/wait.ts';
import { adoptContainer, adoptNetwork, adoptVolume } from './adopt.ts';
import { removeBinds } from './bind-remove.ts';
import { syncBind } from './bind-sync.ts';
import { renameContainer, replaceFiles, signalContainer, updateContainer } from './container-change.ts';
import { createContainer } from './container-create.ts';
import { removeContainer } from './container-remove.ts';
import { startContainer } from './container-start.ts';
import { stopContainer } from './container-stop.ts';
import { execHook } from './hook.ts';
import { markHost } from './host-mark.ts';
import { pullImage, removeImage } from './image.ts';
import { giveNames, takeNames } from './names.ts';
import { createNetwork, removeNetwork } from './network.ts';
import { connectNetwork, disconnectNetwork } from './network-connect.ts';
import { outside } from './outside.ts';
import { checkRollout, delayRollout, pauseRollout } from './rollout.ts';
import { initSwarm, joinSwarm } from './swarm.ts';
import type { StepRunners } from './types.ts';
import { createVolume, removeVolume } from './volume.ts';
import { copyVolume } from './volume-copy.ts';

/** Step kind → what does it. Those marked `outside` come with `RunContext.extensions`. */
export const stepRunners: StepRunners = {
  'swarm.init': initSwarm,
  'swarm.join': joinSwarm,
  'image.pull': pullImage,
  'image.transfer': outside,
  'image.build': outside,
  'image.remove': removeImage,
  'network.create': createNetwork,
  'network.remove': removeNetwork,
  'network.connect': connectNetwork,
  'network.disconnect': disconnectNetwork,
  'names.give': giveNames,
  'names.take': takeNames,
  'volume.create': createVolume,
  'volume.remove': removeVolume,
  'volume.copy': copyVolume,
  'volume.restore': restoreVolume,
  'payload.remove': removePayloads,
  'bind.remove': removeBinds,
  'bind.sync': syncBind,
  'container.create': createContainer,
  'container.start': startContainer,
  'container.update': updateContainer,
  'container.rename': renameContainer,
  'container.signal': signalContainer,
  'container.files': replaceFiles,
  'container.stop': stopContainer,
  'container.remove': removeContainer,
  'health.wait': waitForHealth,
  'hook.exec': execHook,
  'gateway.ensure': outside,
  'gateway.configure': outside,
  'gateway.switch': outside,
  'gateway.drain': outside,
  'rollout.delay': delayRollout,
  'rollout.pause': pauseRollout,
  'rollout.check': checkRollout,
  'container.adopt': adoptContainer,
  'network.adopt': adoptNetwork,
  'volume.adopt': adoptVolume,
  'host.mark': markHost,
};
