import type { z } from 'zod';

/** The text of a cursor, which clients hand back as it is. @param content a JSON value */
export function cursorText(content: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(content)).toString('base64url');
}

/** What a cursor holds; undefined where the text is no cursor, or one of something else. */
export function cursorContent<Content>(text: string, content: z.ZodType<Content>): Content | undefined {
  try {
    return content.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString())).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
