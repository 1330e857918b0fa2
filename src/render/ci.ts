export type CiSystem = 'github' | 'gitlab';

/** The system whose log this goes to; undefined for a person's terminal and for systems with no markup of their own. */
export function ciSystem(env: NodeJS.ProcessEnv): CiSystem | undefined {
  if (env.GITHUB_ACTIONS === 'true') return 'github';
  return env.GITLAB_CI === 'true' ? 'gitlab' : undefined;
}

/** True where nobody sits in front of it, whether or not there is a terminal. */
export function isCi(env: NodeJS.ProcessEnv): boolean {
  return env.CI !== undefined && env.CI !== '' && env.CI !== 'false' && env.CI !== '0';
}

/** What opens and closes a part of the log that can be folded. */
export interface Fold {
  readonly open: string;
  close(nowMs: number): string;
}

/**
 * @param name of letters, digits, `_` and `-`; one log may have it once
 * @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 * @see https://docs.gitlab.com/ci/jobs/job_logs/
 */
export function fold(system: CiSystem | undefined, name: string, title: string, nowMs: number): Fold {
  if (system === 'github') return { open: `::group::${title}\n`, close: () => '::endgroup::\n' };
  if (system !== 'gitlab') return { open: '', close: () => '' };
  const mark = (kind: string, ms: number, text: string) => `\u001b[0Ksection_${kind}:${Math.floor(ms / 1000)}:${text}`;
  return {
    open: `${mark('start', nowMs, `${name}[collapsed=true]`)}\r\u001b[0K${title}\n`,
    close: (endMs) => `${mark('end', endMs, name)}\r\u001b[0K\n`,
  };
}
