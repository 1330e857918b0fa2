import type { EnvVar } from './env.ts';

/** The engine's own health check. `test` is `['NONE']`, `['CMD', …]` or `['CMD-SHELL', command]`. */
export interface HealthCheck {
  readonly test?: readonly string[];
  readonly intervalMs?: number;
  readonly timeoutMs?: number;
  readonly startPeriodMs?: number;
  readonly startIntervalMs?: number;
  readonly retries?: number;
}

export interface Probe {
  readonly action: ProbeAction;
  readonly initialDelaySeconds: number;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly successThreshold: number;
  readonly failureThreshold: number;
  readonly terminationGraceSeconds?: number;
}

export type ProbeAction =
  | { readonly type: 'exec'; readonly command: readonly string[] }
  | {
      readonly type: 'http';
      readonly scheme: 'http' | 'https';
      readonly host?: string;
      readonly port: number;
      readonly path: string;
      readonly headers: readonly { readonly name: string; readonly value: string }[];
    }
  | { readonly type: 'tcp'; readonly host?: string; readonly port: number }
  | { readonly type: 'grpc'; readonly port: number; readonly service?: string };

export type LifecycleHook =
  | {
      readonly type: 'exec';
      readonly command: readonly string[];
      readonly user?: string;
      readonly privileged?: boolean;
      readonly workingDir?: string;
      readonly env?: readonly EnvVar[];
    }
  | { readonly type: 'http'; readonly action: Extract<ProbeAction, { type: 'http' }> }
  | { readonly type: 'tcp'; readonly port: number }
  | { readonly type: 'sleep'; readonly seconds: number };
