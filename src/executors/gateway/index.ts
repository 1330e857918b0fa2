import type { StepRunners } from '../docker/steps/types.ts';
import { configureGateway } from './configure.ts';
import { drainGateway } from './drain.ts';
import { ensureGateway } from './ensure.ts';
import { switchGateway } from './switch.ts';

/** What does the gateway's steps; given to a run as extensions. */
export const gatewayRunners: Pick<
  StepRunners,
  'gateway.ensure' | 'gateway.configure' | 'gateway.switch' | 'gateway.drain'
> = {
  'gateway.ensure': ensureGateway,
  'gateway.configure': configureGateway,
  'gateway.switch': switchGateway,
  'gateway.drain': drainGateway,
};
