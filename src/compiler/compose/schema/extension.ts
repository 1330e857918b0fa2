import { any, type Shape } from './shape.ts';

/** `x-stowage` of a service and of the whole stack. */
export const serviceExtension: Shape = any;
export const stackExtension: Shape = any;
