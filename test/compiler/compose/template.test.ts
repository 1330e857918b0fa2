import { describe, expect, it } from 'vitest';
import { substitute, variablesOf } from '../../../src/compiler/compose/template.ts';

const VALUES: Readonly<Record<string, string>> = { FOO: 'foo', EMPTY: '', A: 'a' };
const lookup = (name: string) => VALUES[name];

describe('interpolation', () => {
  it.each([
    ['$FOO-x', 'foo-x'],
    ['${FOO}', 'foo'],
    ['$$FOO $${FOO}', '$FOO ${FOO}'],
    ['${MISSING:-d}', 'd'],
    ['${EMPTY:-d}', 'd'],
    ['${EMPTY-d}', ''],
    ['${MISSING-d}', 'd'],
    ['${FOO:+yes}', 'yes'],
    ['${EMPTY:+yes}', ''],
    ['${EMPTY+yes}', 'yes'],
    ['${MISSING:-${FOO}}', 'foo'],
    ['${MISSING:-${OTHER:-${A}}}-b', 'a-b'],
    ['${MISSING:-x} and ${FOO}', 'x and foo'],
    ['${FOO:-a?b}', 'foo'],
    ['${MISSING:-{"a":1}}', '{"a":1}'],
    ['100$ is no variable', '100$ is no variable'],
  ])('%s is %s', (template, text) => {
    expect(substitute(template, lookup)).toEqual({ text, problems: [] });
  });

  it('says which variable is missing, and what its author says', () => {
    expect(substitute('${DB:?set the database}', lookup).problems).toEqual([
      { kind: 'required', variable: 'DB', reason: 'set the database' },
    ]);
    expect(substitute('${EMPTY?x}', lookup).problems).toEqual([]);
    expect(substitute('$NONE', lookup).problems).toEqual([{ kind: 'unset', variable: 'NONE' }]);
  });

  it.each(['${', '${}', '${-x}', '${1}', '${FOO', 'a ${ b'])('%s is malformed', (template) => {
    expect(substitute(template, lookup).problems).toEqual([{ kind: 'syntax' }]);
  });

  it('lists variables with their defaults, nested ones too', () => {
    expect(
      variablesOf('$A ${B:-${C?}} ${D+x}').map((v) => [v.name, v.required, v.defaultValue, v.alternateValue]),
    ).toEqual([
      ['A', false, '', ''],
      ['D', false, '', 'x'],
      ['B', false, '${C?}', ''],
      ['C', true, '', ''],
    ]);
  });
});
