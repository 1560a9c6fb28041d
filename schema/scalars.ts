import { DateTimeResolver, JSONResolver, SafeIntResolver } from 'graphql-scalars';
import { builder } from './builder.ts';
import { Column } from './column-json.ts';

builder.addScalarType('DateTime', DateTimeResolver, {
  description: 'A moment, in UTC and to the millisecond: 2024-01-01T00:00:00.250Z (RFC 3339).',
});
builder.addScalarType('JSON', JSONResolver, { description: 'Any JSON value.' });
builder.addScalarType('SafeInt', SafeIntResolver, {
  description: "Integer within ±(2^53 - 1): steps, bytes, line numbers (GraphQL's Int has 32 bits).",
});

// A column is one value to the executor: a list of 50 000 numbers would be 50 000 of them.
builder.scalarType('FloatColumn', {
  description: 'JSON array of numbers; null where a value is missing or not finite. Output only.',
  serialize: (numbers) => new Column(numbers),
});
builder.scalarType('LabelColumn', {
  description: 'JSON array of strings, booleans as "true" and "false"; null where a value is missing. Output only.',
  serialize: (labels) => new Column(labels),
});
