#!/usr/bin/env -S node --import tsx
// Runs the commands from src/ without a build: node --import tsx bin/dev.js plan
import { fileURLToPath } from 'node:url';
import { generateValidators } from '../scripts/generate-validators.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
await generateValidators(root);
const { main } = await import('../src/app/cli/main.ts');
await main(process.argv.slice(2), root, { commandsModule: './bin/dev-commands.js' });
