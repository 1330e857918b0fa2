import { countReason, type Filter } from './filter.ts';

/** Engine plugins the replica needs. A host that does not tell its plugins is not refused for them. */
export const plugins: Filter = {
  name: 'plugins',
  dynamic: false,
  applies: (cls) => cls.demand.plugins.length > 0,
  check: ({ cls }, { host }) => {
    const known = host.plugins;
    if (!known) return undefined;
    const missing = cls.demand.plugins.find((plugin) => !has(known, plugin));
    return missing === undefined ? undefined : { filter: 'plugins', reason: `without plugin ${missing}` };
  },
  explain: countReason,
};

/** An engine that lists no log drivers at all is too old to tell. */
function has(known: readonly string[], plugin: string): boolean {
  if (plugin.startsWith('Log/') && !known.some((one) => one.startsWith('Log/'))) return true;
  return known.includes(plugin) || known.includes(`${plugin}:latest`);
}
