import type { Plan } from '../../model/plan.ts';
import type { PlanTextOptions } from '../plan.ts';
import type { Terminal } from '../terminal.ts';

export const PLAN_FORMATS = ['text', 'json', 'markdown', 'html', 'script'] as const;
export type PlanFormat = (typeof PLAN_FORMATS)[number];

/** A plan in one of its forms; only the one asked for is loaded. */
export async function formatPlan(
  plan: Plan,
  format: PlanFormat,
  terminal: Terminal,
  options: PlanTextOptions,
): Promise<string> {
  switch (format) {
    case 'json':
      return `${JSON.stringify(plan, null, 2)}\n`;
    case 'markdown':
      return (await import('./markdown.ts')).renderPlanMarkdown(plan);
    case 'html':
      return (await import('./html/page.ts')).renderPlanHtml(plan);
    case 'script':
      return (await import('./script/script.ts')).renderPlanScript(plan);
    default:
      return (await import('../plan.ts')).renderPlan(plan, terminal, options);
  }
}

/** `--json` and `--render-script` are short for a format. */
export function planFormat(flags: {
  readonly format: string;
  readonly json: boolean;
  readonly 'render-script': boolean;
}): PlanFormat {
  if (flags.json) return 'json';
  if (flags['render-script']) return 'script';
  return PLAN_FORMATS.find((format) => format === flags.format) ?? 'text';
}
