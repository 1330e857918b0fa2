import type { DesiredState } from '../../model/desired.ts';
import { DiagnosticError } from '../../model/diagnostic.ts';
import { EXIT } from '../../model/exit-codes.ts';
import { buildCommand } from './arguments.ts';

interface Build {
  readonly image: string;
  readonly build: Readonly<Record<string, unknown>>;
  readonly platform?: string;
}

/**
 * Builds what the files say how to build, one image after the other, with the docker command and so by the engine and
 * builder that it is set to. What it prints goes to stderr.
 *
 * @param only workloads to build for; all when absent
 * @param engine address of the engine that builds; the docker command's own when absent
 * @throws DiagnosticError `image/build` when a build fails
 */
export async function buildImages(
  desired: DesiredState,
  only: readonly string[] | undefined,
  engine?: string,
): Promise<void> {
  for (const { image, build, platform } of buildsOf(desired, only)) {
    const { argv, stdin } = buildCommand(image, build, platform);
    process.stderr.write(`Building ${image}\n`);
    const { exitCode, why } = await docker(engine === undefined ? argv : ['-H', engine, ...argv], stdin);
    if (exitCode !== 0) throw failed(image, why ?? `docker build ended with ${exitCode}`);
  }
}

function buildsOf(desired: DesiredState, only: readonly string[] | undefined): Build[] {
  const builds = desired.workloads
    .filter((w) => only === undefined || only.includes(w.id))
    .flatMap(({ template }) =>
      [...template.initContainers, ...template.containers].flatMap(({ image, build }) =>
        build === undefined ? [] : [{ image, build, ...(template.platform && { platform: template.platform }) }],
      ),
    );
  return [...new Map(builds.map((b) => [b.image, b])).values()];
}

async function docker(argv: readonly string[], stdin: string | undefined): Promise<{ exitCode: number; why?: string }> {
  const { spawn } = await import('node:child_process');
  return await new Promise((resolve) => {
    const child = spawn('docker', argv, { stdio: ['pipe', process.stderr, process.stderr] });
    child.on('error', (error: NodeJS.ErrnoException) =>
      resolve({ exitCode: -1, why: error.code === 'ENOENT' ? 'there is no docker command here' : error.message }),
    );
    child.on('close', (code) => resolve({ exitCode: code ?? -1 }));
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(stdin ?? '');
  });
}

function failed(image: string, why: string): DiagnosticError {
  const fix = 'its own words stand above';
  return new DiagnosticError(
    [{ severity: 'error', code: 'image/build', message: 'an image could not be built', detail: image, why, fix }],
    EXIT.failed,
  );
}
