import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { earlierSchema } from '../../scripts/schema-history.ts';
import { useTemporaryDirectory } from '../support/temporary-directory.ts';
import { findTool } from '../support/tools.ts';

const root = useTemporaryDirectory();
let project: string;

function git(...args: string[]): void {
  const identity = ['-c', 'user.name=test', '-c', 'user.email=test@localhost', '-c', 'commit.gpgsign=false'];
  execFileSync('git', [...identity, ...args], { cwd: project, stdio: 'pipe' });
}

async function write(schema: string): Promise<void> {
  await mkdir(join(project, 'schema'), { recursive: true });
  await writeFile(join(project, 'schema/schema.graphql'), schema);
}

async function commit(schema: string): Promise<void> {
  await write(schema);
  git('add', '.');
  git('commit', '--quiet', '--allow-empty', '--message', 'a commit');
}

describe.skipIf(findTool('git', ['git'], ['--version']) === undefined)('the schema of the commit before', () => {
  beforeEach(async () => {
    project = await mkdtemp(join(root(), 'project-'));
    git('init', '--quiet');
  });

  it('is that of the last commit while the working tree has another', async () => {
    await commit('first');
    await commit('second');
    await write('third');
    expect(earlierSchema(project)).toEqual({ schema: 'second' });
  });

  it('is that of the commit before the last where the working tree has changed nothing', async () => {
    await commit('first');
    await commit('second');
    expect(earlierSchema(project)).toEqual({ schema: 'first' });
    await commit('second');
    expect(earlierSchema(project)).toEqual({ schema: 'second' });
  });

  it('need not be there in a first commit, nor in a shallow clone', async () => {
    await commit('first');
    expect(earlierSchema(project)).toMatchObject({
      schema: null,
      reason: 'no commit before has a schema',
      isFine: true,
    });
    await commit('second');
    const clone = join(root(), 'clone');
    git('clone', '--quiet', '--depth', '1', `file://${project}`, clone);
    expect(earlierSchema(clone)).toMatchObject({ schema: null, reason: 'a shallow clone has no commit before' });
    project = clone;
    await write('third');
    expect(earlierSchema(clone)).toEqual({ schema: 'second' });
  });

  it('should be there, and is missed where there is no repository', async () => {
    await write('first');
    await rm(join(project, '.git'), { recursive: true });
    expect(earlierSchema(project)).toMatchObject({ schema: null, isFine: false });
  });
});
