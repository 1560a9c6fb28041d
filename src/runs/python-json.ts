/**
 * The value of a JSON text as Python's `json` writes it, where NaN, Infinity and -Infinity are numbers: they become
 * null. A byte order mark at the start is accepted. Throws a SyntaxError for what is not JSON even so.
 */
export function parsePythonJson(text: string): unknown {
  const json = text.startsWith('\uFEFF') ? text.slice(1) : text;
  try {
    return JSON.parse(json);
  } catch (error) {
    if (!(error instanceof SyntaxError) || !/NaN|Infinity/.test(json)) throw error;
    return JSON.parse(withoutNonFinite(json));
  }
}

function withoutNonFinite(json: string): string {
  let inString = false;
  return json.replaceAll(/\\.|"|NaN|-?Infinity/gs, (token) => {
    if (token === '"') inString = !inString;
    return inString || token === '"' || token.startsWith('\\') ? token : 'null';
  });
}
