import type { Lookup } from '../template.ts';

const SUBSTITUTION = '[_a-z][_a-z0-9]*(?::?[-?][^}]*)?';
const VARIABLE = new RegExp(`\\$(?:(\\$)|(${SUBSTITUTION})|\\{(${SUBSTITUTION})\\}|())`, 'gi');

export type StackSubstitution = { readonly text: string } | { readonly problem: string };

/**
 * Fills in variables as `docker stack` does: `-`, `:-`, `?`, `:?` without nesting, also behind a name without braces.
 * Of several problems in one text the last variable decides, as in the reference.
 */
export function substituteStack(template: string, lookup: Lookup): StackSubstitution {
  let problem: string | undefined;
  const text = template.replace(VARIABLE, (_match, escaped: string, named: string, braced: string) => {
    if (escaped) return '$';
    const body = named || braced;
    if (!body) {
      problem = template;
      return '';
    }
    const result = evaluate(body, lookup);
    problem = 'problem' in result ? result.problem : undefined;
    return 'text' in result ? result.text : '';
  });
  return problem === undefined ? { text } : { problem };
}

function evaluate(body: string, lookup: Lookup): StackSubstitution {
  for (const operator of [':-', '-', ':?', '?']) {
    const at = body.indexOf(operator);
    if (at < 0) continue;
    const value = lookup(body.slice(0, at));
    const isPresent = operator.startsWith(':') ? value !== undefined && value !== '' : value !== undefined;
    if (isPresent) return { text: value ?? '' };
    const argument = body.slice(at + operator.length);
    if (operator.endsWith('-')) return { text: argument };
    return { problem: `${body.slice(0, at)} has no value: ${argument}` };
  }
  return { text: lookup(body) ?? '' };
}
