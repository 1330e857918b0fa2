/** A decoded API object. It is ours alone while it is loaded: defaulting fills it in place. */
export interface JsonObject {
  [field: string]: Json | undefined;
}

export type Json = string | number | boolean | null | Json[] | JsonObject;

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An API type as decoding leaves it: every field may be missing, whatever the schema calls required. */
export type Loose<T> = T extends readonly (infer U)[]
  ? Loose<U>[]
  : T extends object
    ? { [K in keyof T]?: Loose<T[K]> }
    : T;
