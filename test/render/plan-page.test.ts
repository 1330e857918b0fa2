import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderPlanHtml } from '../../src/render/plan/html/page.ts';
import { boxPlaces, contrasts, layoutFacts, shadesOf } from './in-page.mjs';
import { samplePlan } from './sample-plan.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const FLAGS =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';

function findChromium(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find((path) => existsSync(path));
}

/** On Debian and Ubuntu as root the browser is installed, as the lab installs its packages. */
async function installedChromium(): Promise<string | undefined> {
  const found = findChromium();
  const mayInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get') && !process.env.LAB_NO_APT;
  if (found !== undefined || !mayInstall) return found;
  const apt = (...args: string[]) =>
    execFileAsync('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=300', ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  const install = () => apt('install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core');
  await install().catch(() =>
    apt('update')
      .then(install, () => undefined)
      .catch(() => undefined),
  );
  return findChromium();
}

const execFileAsync = promisify(execFile);
const chromium = await installedChromium();
const plan = samplePlan();
const folder = mkdtempSync(join(tmpdir(), 'stowage-page-'));
const address = pathToFileURL(join(folder, 'plan.html')).href;

describe.skipIf(chromium === undefined)(`the plan as a page, in a browser${chromium ? '' : ' [no chromium]'}`, () => {
  let context: BrowserContext;
  const requests: string[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    writeFileSync(join(folder, 'plan.html'), renderPlanHtml(plan));
    const { chromium: driver } = await import('playwright-core');
    context = await driver.launchPersistentContext(join(folder, 'profile'), {
      executablePath: chromium ?? '',
      args: FLAGS.split(' '),
      offline: true,
    });
    context.on('request', (request) => requests.push(request.url()));
    context.on('console', (message) => complaints.push(message.text()));
    context.on('weberror', (problem) => complaints.push(problem.error().message));
  }, 120_000);

  afterAll(async () => {
    await context?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The page at a width, given to `look`, closed afterwards. */
  async function opened<T>(width: number, colorScheme: 'light' | 'dark', look: (page: Page) => Promise<T>): Promise<T> {
    const page = await context.newPage();
    try {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      await page.goto(address);
      return await look(page);
    } finally {
      await page.close();
    }
  }

  it.each([1280, 390])('shows every change, host and guarantee within %i pixels', async (width) => {
    await opened(width, 'light', async (page) => {
      const facts = await page.evaluate(layoutFacts);
      expect(facts.pageWidth).toBeLessThanOrEqual(width);
      expect(facts.outside).toEqual([]);
      expect(facts.smallest).toBeGreaterThanOrEqual(10);
      for (const change of plan.changes.filter((c) => c.action !== 'no-op')) {
        expect(facts.changes.join(' ')).toContain(change.resource);
      }
      expect(facts.hosts).toEqual(plan.hosts.map((host) => expect.stringContaining(host)));
      expect(facts.boxes).toBe(plan.steps.length);
      expect(facts.danger).toContain('archive');
      expect(facts.dangerTop).toBeLessThan(900);
    });
  });

  it('draws a step to the right of all it waits for, in the lane of its host, and none over another', async () => {
    await opened(1280, 'light', async (page) => {
      const boxes = new Map((await page.evaluate(boxPlaces)).map((box) => [box.id, box]));
      for (const step of plan.steps) {
        const box = boxes.get(step.id);
        for (const id of step.after) expect(boxes.get(id)?.right).toBeLessThan(box?.left ?? 0);
        expect(box?.host).toBe(step.host);
      }
      const all = [...boxes.values()];
      const touching = all.filter((a) =>
        all.some((b) => b.id > a.id && a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom),
      );
      expect(touching).toEqual([]);
    });
  });

  it('opens a step from the graph, and closes a set of differences', async () => {
    await opened(1280, 'light', async (page) => {
      const why = page.locator('#step-12');
      expect(await why.isVisible()).toBe(false);
      await page.locator('a.box[href="#step-12"]').click();
      await why.waitFor({ state: 'visible' });
      expect(await why.innerText()).toContain('POST /containers/ID/stop');
      const differences = page.locator('.differences').first();
      expect(await differences.isVisible()).toBe(true);
      await page.locator('.change summary').first().click();
      expect(await differences.isVisible()).toBe(false);
    });
  });

  it.each(['light', 'dark'] as const)('is readable in a %s scheme', async (scheme) => {
    await opened(1280, scheme, async (page) => {
      const { background, weak } = await page.evaluate(contrasts);
      expect(background < 0.2).toBe(scheme === 'dark');
      expect(weak).toEqual([]);
    });
  });

  it.each([1280, 390])('gives a picture with all its parts at %i pixels', async (width) => {
    await opened(width, 'light', async (page) => {
      const picture = await page.screenshot({ fullPage: true });
      const shades = await page.evaluate(shadesOf, picture.toString('base64'));
      expect(shades.width).toBe(width);
      // The header is dark, the page is light, and red, green and amber mark what is lost, new and exchanged.
      expect(shades.top).toBeLessThan(0.3);
      for (const share of [shades.red, shades.green, shades.amber]) expect(share).toBeGreaterThan(0.002);
      // No band of it is empty: of a hundred, nearly all have something written in them.
      expect(shades.bandsWithInk).toBeGreaterThan(80);
    });
  });

  it('asks for nothing but itself, and has nothing to complain of', () => {
    expect([...new Set(requests.map((url) => url.replace(/#.*/, '')))]).toEqual([address]);
    expect(complaints).toEqual([]);
  });
});
