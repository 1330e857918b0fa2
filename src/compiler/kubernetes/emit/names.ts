/** A name as Kubernetes allows it: a DNS label. */
export function kubernetesName(name: string): string {
  const label = name
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 63)
    .replace(/-+$/, '');
  return label === '' ? 'x' : label;
}

/** A Service's name has to start with a letter. */
export function serviceName(name: string): string {
  const label = kubernetesName(name);
  return /^[a-z]/.test(label) ? label : `s-${label}`.slice(0, 63);
}

/** A key of a ConfigMap or Secret. */
export function keyName(name: string): string {
  return name.replace(/[^-._a-zA-Z0-9]+/g, '-').replace(/^\.+/, '') || 'value';
}

/** Port names have at most 15 characters. */
export function portName(name: string | undefined, port: number, protocol: string): string {
  const given = (name ?? '')
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .slice(0, 15)
    .replace(/^-+|-+$/g, '');
  return /[a-z]/.test(given) && !given.includes('--') ? given : `${protocol}-${port}`;
}
