import { countReason, type Filter } from './filter.ts';

const SAME_ARCHITECTURE: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64' };

/** One name for an architecture that goes by two. */
export function normalArchitecture(architecture: string): string {
  return SAME_ARCHITECTURE[architecture] ?? architecture;
}

/** The image runs only on some operating systems and architectures. */
export const platform: Filter = {
  name: 'platform',
  dynamic: false,
  applies: (cls) => cls.demand.rules.platforms.length > 0,
  check: ({ cls }, { host }) => {
    const { os, architecture } = host.platform;
    const fits = cls.demand.rules.platforms.some(
      (wanted) =>
        (!wanted.os || wanted.os === os) &&
        (!wanted.architecture || normalArchitecture(wanted.architecture) === normalArchitecture(architecture)),
    );
    if (fits) return undefined;
    const wanted = cls.demand.rules.platforms.map((one) => `${one.os || '*'}/${one.architecture || '*'}`).join(' or ');
    return { filter: 'platform', reason: `not ${wanted}`, detail: `${os}/${architecture}` };
  },
  explain: countReason,
};
