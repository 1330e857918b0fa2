import { type Diagnostic, DiagnosticError } from '../model/diagnostic.ts';
import { EXIT } from '../model/exit-codes.ts';
import { isCi } from '../render/ci.ts';

/**
 * Asks before something changes. Without a terminal, or with CI set, there is nobody to ask: that is a refusal with a hint,
 * never a yes.
 *
 * @throws DiagnosticError when nobody can be asked, or the answer is not yes
 */
export async function confirm(question: string, yes: boolean): Promise<void> {
  if (yes) return;
  if (isCi(process.env) || !process.stdin.isTTY || !process.stderr.isTTY)
    throw new DiagnosticError([nobodyToAsk()], EXIT.usage);
  const { createInterface } = await import('node:readline/promises');
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const interrupted = new Promise<string>((resolve) =>
    prompt.once('SIGINT', () => resolve('')).once('close', () => resolve('')),
  );
  const answer = await Promise.race([prompt.question(`${question} (yes/no) `), interrupted]);
  prompt.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new DiagnosticError([declined()], EXIT.failed);
}

function nobodyToAsk(): Diagnostic {
  return {
    severity: 'error',
    code: 'apply/not-approved',
    message: 'nothing was applied: there is nobody to ask',
    why: `a plan is applied only once somebody has approved it, and ${isCi(process.env) ? 'CI is set' : 'there is no terminal'}`,
    fix: 'pass --yes, or save the plan (stowage plan --out FILE), have it reviewed, and apply that file',
  };
}

function declined(): Diagnostic {
  return { severity: 'error', code: 'apply/declined', message: 'nothing was applied: the plan was declined' };
}
