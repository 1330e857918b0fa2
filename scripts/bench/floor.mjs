/**
 * The floor of `apply`: the same create and start calls, all at once, straight on the engine's socket.
 *
 *   node scripts/bench/floor.mjs SOCKET COUNT IMAGE
 */
import Docker from 'dockerode';

const [socketPath, count, image] = process.argv.slice(2);
const docker = new Docker({ socketPath });
const network = await docker.createNetwork({ Name: 'floor_default', Driver: 'bridge' });
const started = performance.now();
const containers = await Promise.all(
  Array.from({ length: Number(count) }, async (_, i) => {
    const container = await docker.createContainer({
      name: `floor-${i}`,
      Image: image,
      HostConfig: { NetworkMode: 'floor_default' },
      NetworkingConfig: { EndpointsConfig: { floor_default: { Aliases: [`s${i}`] } } },
    });
    await container.start();
    return container;
  }),
);
process.stdout.write(`${Math.round(performance.now() - started)}\n`);
await Promise.all(containers.map((container) => container.remove({ force: true })));
await network.remove();
