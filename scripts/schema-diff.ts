import { readFileSync } from 'node:fs';
import { unannouncedChanges } from './breaking-changes.ts';
import { earlierSchema, SCHEMA } from './schema-history.ts';

/**
 * Fails where the schema breaks what clients of the commit before rely on, unless the changelog names it. Where there is
 * no such commit it says so loudly; where git is missing that is an error with RUNLENS_REQUIRE_TOOLS=1.
 */
const earlier = earlierSchema('.');

if (earlier.schema === null) {
  const message = `no breaking change of ${SCHEMA} would be seen, since ${earlier.reason}`;
  if (!earlier.isFine && process.env.RUNLENS_REQUIRE_TOOLS === '1') throw new Error(message);
  console.warn(`SKIPPED: ${message}`);
} else {
  const current = readFileSync(SCHEMA, 'utf8');
  const changes = await unannouncedChanges(earlier.schema, current, readFileSync('CHANGELOG.md', 'utf8'));
  if (changes.length > 0) {
    const list = changes.map(({ path, message }) => `  \`${path}\`: ${message}`);
    console.error([`${SCHEMA} breaks clients; CHANGELOG.md must name, under Unreleased:`, ...list].join('\n'));
    process.exitCode = 1;
  }
}
