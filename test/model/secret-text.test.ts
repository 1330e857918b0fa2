import { describe, expect, it } from 'vitest';
import { maskSecrets, maskWords } from '../../src/model/secret-text.ts';

describe('text that holds a secret', () => {
  it.each([
    ['serve --password=hunter2 --port=80', 'serve --password=… --port=80'],
    ['serve --api-key hunter2 --port 80', 'serve --api-key … --port 80'],
    ['DB_PASSWORD="hunter 2" run', 'DB_PASSWORD=… run'],
    ['password: hunter2', 'password: …'],
    ['postgres://app:hunter2@db:5432/shop', 'postgres://app:…@db:5432/shop'],
    ['curl -H "X-Token: hunter2"', 'curl -H "X-Token: …"'],
  ])('%s', (text, masked) => expect(maskSecrets(text)).toBe(masked));

  it.each(['--token-file=/run/secrets/token', 'PASSWORD_FILE=/x', 'https://example.org:8080/', 'image: web:1', 'a@b'])(
    'is not %s',
    (text) => expect(maskSecrets(text)).toBe(text),
  );

  it('may be the word after a flag', () => {
    expect(maskWords(['serve', '--token', 'hunter2', '--port', '80'])).toEqual([
      'serve',
      '--token',
      '…',
      '--port',
      '80',
    ]);
  });
});
