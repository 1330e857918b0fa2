import { qualifiedName } from './names.ts';
import { type Requirement, type RequirementOperator, requirementErrors, sortRequirements } from './selector.ts';

/** A symbol, a word, or the end of the text. */
interface Token {
  readonly type: 'symbol' | 'word' | 'end';
  readonly text: string;
}

const OPERATORS: Readonly<Record<string, RequirementOperator>> = {
  '=': '=',
  '==': '==',
  '!=': '!=',
  '>': 'gt',
  '<': 'lt',
  in: 'in',
  notin: 'notin',
};

/**
 * Reads a selector's text: `x in (a,b),y,!z,n>1`.
 *
 * @returns the requirements by key, or undefined when the text is no selector
 * @see apimachinery pkg/labels, Parse
 */
export function parseSelector(text: string): Requirement[] | undefined {
  const tokens = scan(text);
  const parser = tokens && new SelectorParser(tokens);
  const requirements = parser?.parse();
  return requirements && sortRequirements(requirements);
}

function scan(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  const pattern = /[ \t\r\n]+|(==|!=|[=!(),<>])|([^ \t\r\n=!(),<>]+)/gy;
  for (const match of text.matchAll(pattern)) {
    if (match[1] !== undefined) tokens.push({ type: 'symbol', text: match[1] });
    else if (match[2] !== undefined) tokens.push({ type: 'word', text: match[2] });
  }
  if (text.includes('\0')) return undefined;
  tokens.push({ type: 'end', text: '' });
  return tokens;
}

class SelectorParser {
  #position = 0;
  constructor(readonly tokens: readonly Token[]) {}

  parse(): Requirement[] | undefined {
    const requirements: Requirement[] = [];
    if (this.#peek().type === 'end') return requirements;
    for (;;) {
      const requirement = this.#requirement();
      if (!requirement || requirementErrors(requirement).length > 0) return undefined;
      requirements.push(requirement);
      const next = this.#take();
      if (next.type === 'end') return requirements;
      if (!isSymbol(next, ',')) return undefined;
    }
  }

  #requirement(): Requirement | undefined {
    const negated = isSymbol(this.#peek(), '!');
    if (negated) this.#take();
    const key = this.#take();
    if (key.type !== 'word' || qualifiedName(key.text).length > 0) return undefined;
    const next = this.#peek();
    if (next.type === 'end' || isSymbol(next, ',')) {
      return { key: key.text, operator: negated ? '!' : 'exists', values: [] };
    }
    if (negated) return undefined;
    const operator = OPERATORS[this.#take().text];
    if (!operator) return undefined;
    const values = operator === 'in' || operator === 'notin' ? this.#list() : this.#value();
    return values && { key: key.text, operator, values };
  }

  #value(): string[] | undefined {
    const next = this.#peek();
    if (next.type === 'end' || isSymbol(next, ',')) return [''];
    return this.#take().type === 'word' ? [next.text] : undefined;
  }

  #list(): string[] | undefined {
    if (!isSymbol(this.#take(), '(')) return undefined;
    const values = new Set<string>();
    for (;;) {
      const word = this.#peek().type === 'word' ? this.#take().text : '';
      values.add(word);
      const next = this.#take();
      if (isSymbol(next, ')')) return [...values];
      if (!isSymbol(next, ',')) return undefined;
    }
  }

  #peek(): Token {
    return this.tokens[this.#position] ?? { type: 'end', text: '' };
  }

  #take(): Token {
    const token = this.#peek();
    this.#position++;
    return token;
  }
}

function isSymbol(token: Token, text: string): boolean {
  return token.type === 'symbol' && token.text === text;
}
