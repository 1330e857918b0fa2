/** The value of a variable; undefined when it is not set. */
export type Lookup = (name: string) => string | undefined;

/** What a template asks for that is not there, or what is wrong with it. `at` counts characters of the template. */
export type TemplateProblem =
  | { readonly kind: 'unset'; readonly variable: string }
  | { readonly kind: 'required'; readonly variable: string; readonly reason: string }
  | { readonly kind: 'syntax' };

export interface Substitution {
  readonly text: string;
  readonly problems: readonly TemplateProblem[];
}

export interface Variable {
  readonly name: string;
  readonly required: boolean;
  readonly defaultValue: string;
  readonly alternateValue: string;
}

const VARIABLE = /\$(?:(\$)|([_a-z][_a-z0-9]*)|\{(?:([_a-z][_a-z0-9]*(?::?[-+?]([^\n]*))?)\}|()))/gi;
const OPERATORS = [':?', '?', ':-', '-', ':+', '+'] as const;
type Operator = (typeof OPERATORS)[number];

/**
 * Replaces `$NAME`, `${NAME}` and the forms with `-`, `:-`, `+`, `:+`, `?`, `:?`, which nest; `$$` is a dollar.
 *
 * @see compose-spec 12-interpolation.md
 */
export function substitute(template: string, lookup: Lookup): Substitution {
  const problems: TemplateProblem[] = [];
  return { text: replace(template, lookup, problems), problems };
}

function replace(template: string, lookup: Lookup, problems: TemplateProblem[]): string {
  if (!template.includes('$')) return template;
  return template.replace(VARIABLE, (match: string) => replaceMatch(match, lookup, problems));
}

/** A match with an operator runs to the last brace of its line, so that what is behind its own brace comes back in. */
function replaceMatch(match: string, lookup: Lookup, problems: TemplateProblem[]): string {
  if (match === '$$') return '$';
  const end = closingBrace(match);
  const own = end < 0 ? match : match.slice(0, end + 1);
  const [, , named, braced] = new RegExp(VARIABLE.source, 'i').exec(own) ?? [];
  const body = named ?? braced;
  if (!body) {
    problems.push({ kind: 'syntax' });
    return '';
  }
  const operator = braced === undefined ? undefined : firstOperator(match);
  if (operator === undefined || !body.includes(operator)) return plainValue(body, lookup, problems);
  const at = body.indexOf(operator);
  const value = applyOperator(body.slice(0, at), operator, body.slice(at + operator.length), lookup, problems);
  return value + replace(end < 0 ? '' : match.slice(end + 1), lookup, problems);
}

function plainValue(name: string, lookup: Lookup, problems: TemplateProblem[]): string {
  const value = lookup(name);
  if (value === undefined) problems.push({ kind: 'unset', variable: name });
  return value ?? '';
}

function applyOperator(
  name: string,
  operator: Operator,
  argument: string,
  lookup: Lookup,
  problems: TemplateProblem[],
): string {
  const other = replace(argument, lookup, problems);
  const value = lookup(name);
  const present = operator.startsWith(':') ? value !== undefined && value !== '' : value !== undefined;
  if (operator.endsWith('-')) return present ? (value ?? '') : other;
  if (operator.endsWith('+')) return present ? other : (value ?? '');
  if (!present) problems.push({ kind: 'required', variable: name, reason: other });
  return value ?? '';
}

/** The operator that comes first; of two at the same place the one with the colon. */
function firstOperator(text: string): Operator | undefined {
  let best: Operator | undefined;
  let bestAt = Number.POSITIVE_INFINITY;
  for (const operator of OPERATORS) {
    const at = text.indexOf(operator);
    if (at >= 0 && at < bestAt) [best, bestAt] = [operator, at];
  }
  return best;
}

/** Index of the brace that closes the first one; the character behind an opening brace is never looked at. */
function closingBrace(text: string): number {
  let open = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '}' && --open === 0) return i;
    if (text[i] === '{') {
      open++;
      i++;
    }
  }
  return -1;
}

/** The variables a template names, with their defaults and alternates, those inside defaults too. */
export function variablesOf(template: string): readonly Variable[] {
  const found: Variable[] = [];
  for (const [match, escaped, named, braced] of template.matchAll(VARIABLE)) {
    if (escaped) continue;
    const end = named ? -1 : closingBrace(match);
    if (end > 0) found.push(...variablesOf(match.slice(end + 1)));
    const body = named ?? (end > 0 ? match.slice(2, end) : (braced ?? ''));
    const variable = readVariable(body);
    found.push(variable, ...variablesOf(variable.defaultValue), ...variablesOf(variable.alternateValue));
  }
  return found;
}

function readVariable(body: string): Variable {
  const [, name = body, operator = '', argument = ''] = /^([A-Za-z0-9_]+)(:?[-+?])([\s\S]*)$/.exec(body) ?? [];
  return {
    name,
    required: operator.endsWith('?'),
    defaultValue: operator.endsWith('-') ? argument : '',
    alternateValue: operator.endsWith('+') ? argument : '',
  };
}
