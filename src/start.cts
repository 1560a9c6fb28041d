#!/usr/bin/env node
/**
 * Starts the program with more threads for calls to files than the four that libuv has: a call stuck on a mount that does not
 * answer keeps its thread. How many there are is read once, when the first call is made, and to load an ES module
 * makes one: so this is CommonJS, and main.ts is not where a process begins.
 */
process.env.UV_THREADPOOL_SIZE ??= '128';
void import('./main.js');
