import { describe, expect, it } from 'vitest';
import { formatReference, parseReference } from '../../../../src/executors/docker/images/reference.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

describe('parseReference', () => {
  it.each([
    ['web', 'docker.io/library/web:latest'],
    ['web:1', 'docker.io/library/web:1'],
    ['team/web', 'docker.io/team/web:latest'],
    ['docker.io/web', 'docker.io/library/web:latest'],
    ['index.docker.io/library/web', 'docker.io/library/web:latest'],
    ['localhost/web', 'localhost/web:latest'],
    ['registry:5000/web', 'registry:5000/web:latest'],
    ['10.0.0.1:5000/team/web:1.2-rc_3', '10.0.0.1:5000/team/web:1.2-rc_3'],
    ['[2001:db8::1]:5000/web:1', '[2001:db8::1]:5000/web:1'],
    ['ghcr.io/a/b/c__d/e-f.g:x', 'ghcr.io/a/b/c__d/e-f.g:x'],
    [`web@${DIGEST}`, `docker.io/library/web@${DIGEST}`],
    [`web:1@${DIGEST}`, `docker.io/library/web:1@${DIGEST}`],
  ])('reads %s', (text, full) => {
    const parsed = parseReference(text);
    expect(parsed.ok && formatReference(parsed.reference)).toBe(full);
  });

  it.each([
    ['', /no repository/],
    ['Web', /capital/],
    ['team/Web:1', /capital/],
    ['web:', /not a tag/],
    ['web:-x', /not a tag/],
    ['web@sha256:12', /not a digest/],
    [`web@${DIGEST}@${DIGEST}`, /more than one/],
    ['team//web', /not part of/],
    ['web..x', /not part of/],
    ['registry.example/', /no repository/],
    ['-bad.example/web', /not a registry/],
    ['a/'.repeat(130).slice(0, -1), /longer/],
  ])('refuses %j', (text, why) => {
    expect(parseReference(text)).toEqual({ ok: false, why: expect.stringMatching(why) });
  });
});
