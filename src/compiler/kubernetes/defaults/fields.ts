interface FieldRef {
  apiVersion?: string;
}

interface ResourceFieldRef {
  divisor?: string;
}

export function defaultFieldRef(reference: FieldRef | undefined): void {
  if (reference) reference.apiVersion ??= 'v1';
}

export function defaultResourceFieldRef(reference: ResourceFieldRef | undefined): void {
  if (reference) reference.divisor ??= '0';
}
