/**
 * Name and value rules of the Kubernetes API. Each function returns what is wrong, in one line each;
 * an empty list means valid.
 *
 * @see apimachinery pkg/util/validation
 */
const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const DNS1123_LABEL = new RegExp(`^${LABEL}$`);
const DNS1123_SUBDOMAIN = new RegExp(`^${LABEL}(\\.${LABEL})*$`);
const WILDCARD_SUBDOMAIN = new RegExp(`^\\*\\.${LABEL}(\\.${LABEL})*$`);
const DNS1035_LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const QUALIFIED_PART = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const C_IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;
const SUBDOMAIN_MAX = 253;
const LABEL_MAX = 63;

export type NameRule = (value: string) => string[];

function check(value: string, pattern: RegExp, max: number, message: string): string[] {
  const errors = value.length > max ? [`must be no more than ${max} characters`] : [];
  if (!pattern.test(value)) errors.push(message);
  return errors;
}

/** One DNS label: `my-name`. */
export const dns1123Label: NameRule = (value) =>
  check(
    value,
    DNS1123_LABEL,
    LABEL_MAX,
    value.includes('.') && DNS1123_SUBDOMAIN.test(value)
      ? 'must not contain dots'
      : "may hold lower case letters, digits and '-', and starts and ends with a letter or digit",
  );

/** Labels joined by dots: `example.com`. */
export const dns1123Subdomain: NameRule = (value) =>
  check(
    value,
    DNS1123_SUBDOMAIN,
    SUBDOMAIN_MAX,
    "may hold lower case letters, digits, '-' and '.', and starts and ends with a letter or digit",
  );

/** A DNS label that starts with a letter. */
export const dns1035Label: NameRule = (value) =>
  check(
    value,
    DNS1035_LABEL,
    LABEL_MAX,
    "may hold lower case letters, digits and '-', starts with a letter and ends with a letter or digit",
  );

/** `*.` and a subdomain. */
export const wildcardDns1123Subdomain: NameRule = (value) =>
  check(value, WILDCARD_SUBDOMAIN, SUBDOMAIN_MAX, "must be '*.' followed by a DNS name in lower case");

/** A label key or resource name: `name` or `prefix.example/name`. */
export const qualifiedName: NameRule = (value) => {
  const parts = value.split('/');
  if (parts.length > 2) return ["must be a name, with at most one '/' after a DNS prefix"];
  const errors: string[] = [];
  const name = parts[parts.length - 1] ?? '';
  if (parts.length === 2) {
    const prefix = parts[0] ?? '';
    if (prefix === '') errors.push('the part before the slash must not be empty');
    else errors.push(...dns1123Subdomain(prefix).map((message) => `the part before the slash ${message}`));
  }
  if (name === '') errors.push('the name must not be empty');
  else if (name.length > LABEL_MAX) errors.push(`the name must be no more than ${LABEL_MAX} characters`);
  if (name !== '' && !QUALIFIED_PART.test(name)) {
    errors.push("may hold letters, digits, '-', '_' and '.', and starts and ends with a letter or digit");
  }
  return errors;
};

/** A label's value; may be empty. */
export const labelValue: NameRule = (value) => {
  if (value === '') return [];
  return check(
    value,
    QUALIFIED_PART,
    LABEL_MAX,
    "may hold letters, digits, '-', '_' and '.', and starts and ends with a letter or digit",
  );
};

/** A C identifier. */
export const cIdentifier: NameRule = (value) =>
  C_IDENTIFIER.test(value) ? [] : ["may hold letters, digits and '_', and starts with no digit"];

/** A port's number, 1 to 65535. */
export function portNumber(value: number): string[] {
  return Number.isInteger(value) && value >= 1 && value <= 65535 ? [] : ['must be between 1 and 65535'];
}

/** A port's name: at most 15 characters with a letter among them. */
export const portName: NameRule = (value) => {
  const errors: string[] = [];
  if (value.length > 15) errors.push('must be no more than 15 characters');
  if (!/^[-a-z0-9]+$/.test(value)) errors.push("may hold only lower case letters, digits and '-'");
  if (!/[a-z]/.test(value)) errors.push('must have at least one letter');
  if (value.includes('--')) errors.push("must not have '--'");
  if (value.startsWith('-') || value.endsWith('-')) errors.push("must not start or end with '-'");
  return errors;
};

/** `25%`. */
export const percent: NameRule = (value) => (/^[0-9]+%$/.test(value) ? [] : ["must be digits followed by '%'"]);

/** An HTTP header's name as Kubernetes takes it. */
export const httpHeaderName: NameRule = (value) =>
  /^[-A-Za-z0-9]+$/.test(value) ? [] : ["may hold only letters, digits and '-'"];

/** An environment variable's name. */
export const envVarName: NameRule = (value) => [
  ...(/^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(value)
    ? []
    : ["may hold letters, digits, '_', '-' and '.', and must not start with a digit"]),
  ...parentPath(value),
];

/** A key of a ConfigMap or Secret. */
export const configMapKey: NameRule = (value) => [
  ...check(value, /^[-._a-zA-Z0-9]+$/, SUBDOMAIN_MAX, "may hold letters, digits, '-', '_' and '.'"),
  ...parentPath(value),
];

function parentPath(value: string): string[] {
  if (value === '.' || value === '..') return [`must not be '${value}'`];
  return value.startsWith('..') ? ["must not start with '..'"] : [];
}

/** A DNS name of two or more labels; one dot at the end is allowed. */
export const fullyQualifiedDomainName: NameRule = (value) => {
  if (value === '') return ['must not be empty'];
  const name = value.endsWith('.') ? value.slice(0, -1) : value;
  const errors = dns1123Subdomain(name);
  if (errors.length > 0) return errors;
  const labels = name.split('.');
  if (labels.length < 2) return ['must have at least two parts separated by dots'];
  return labels.flatMap(dns1123Label).slice(0, 1);
};

/** An IPv4 or IPv6 address as Go reads one: no zone; leading zeros are let through as the older servers did. */
export const ipAddress: NameRule = (value) =>
  isIpv4(value) || isIpv6(value) ? [] : ['must be an IP address, such as 10.9.8.7 or 2001:db8::ffff'];

export function isIpv4(value: string): boolean {
  const parts = value.split('.');
  return parts.length === 4 && parts.every((part) => /^[0-9]{1,3}$/.test(part) && Number(part) <= 255);
}

export function isIpv6(value: string): boolean {
  const halves = value.split('::');
  if (!value.includes(':') || halves.length > 2) return false;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const flat = groups.flat();
  const last = flat[flat.length - 1] ?? '';
  const embedded = last.includes('.') && isIpv4(last) && !value.endsWith('::');
  const hex = embedded ? flat.slice(0, -1) : flat;
  if (!hex.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  const length = hex.length + (embedded ? 2 : 0);
  return halves.length === 2 ? length < 8 : length === 8;
}

/** `10.0.0.0/8` or an IPv6 one. */
export const cidr: NameRule = (value) => {
  const [address = '', bits = '', ...rest] = value.split('/');
  const max = isIpv4(address) ? 32 : isIpv6(address) ? 128 : -1;
  return rest.length === 0 && /^[0-9]{1,3}$/.test(bits) && Number(bits) <= max
    ? []
    : ['must be an address block, such as 10.9.8.0/24'];
};

/** Whether a block is part of another one and smaller; both must be valid. */
export function isStrictlyInside(part: string, whole: string): boolean {
  const [partAddress = '', partBits = ''] = part.split('/');
  const [wholeAddress = '', wholeBits = ''] = whole.split('/');
  const inner = addressBits(partAddress);
  const outer = addressBits(wholeAddress);
  const length = Number(wholeBits);
  return (
    inner.length === outer.length && Number(partBits) > length && inner.slice(0, length) === outer.slice(0, length)
  );
}

function addressBits(address: string): string {
  if (isIpv4(address))
    return address
      .split('.')
      .map((part) => Number(part).toString(2).padStart(8, '0'))
      .join('');
  const [head = '', tail] = address.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':').flatMap(groupOf));
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  const middle = tail === undefined ? [] : Array<string>(8 - left.length - right.length).fill('0');
  return [...left, ...middle, ...right]
    .map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0'))
    .join('');
}

/** An IPv4 address at the end of an IPv6 one is two groups. */
function groupOf(text: string): string[] {
  if (!text.includes('.')) return [text];
  const [a = 0, b = 0, c = 0, d = 0] = text.split('.').map(Number);
  return [(a * 256 + b).toString(16), (c * 256 + d).toString(16)];
}
