import { useSignal } from '@preact/signals';
import type { TargetedSubmitEvent } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { type SignInFailure, signIn } from './api/sign-in.ts';
import { useKeys } from './ui/keys.ts';
import { inLanguage } from './ui/language.ts';
import './sign-in.css';

const texts = inLanguage(
  {
    title: 'Sign in',
    help: 'This gateway shows its runs to those who have its token. Whoever started it knows the token.',
    token: 'Token',
    submit: 'Sign in',
    'no-cookies': 'Your browser keeps no cookies of this page. Allow them to sign in.',
    'wrong-token': 'This is not the token of the gateway.',
    'no-gateway': 'The gateway does not answer. Try again in a moment.',
    tooOften: 'Too many requests came from you. Try again in a moment.',
    tooOftenFor: (seconds: number) => `Too many requests came from you. Try again in ${seconds} s.`,
    refused: (code: string) => `The gateway refuses this: ${code}`,
  },
  {
    title: '登录',
    help: '此网关仅向持有令牌的人显示运行。令牌可向启动网关的人索取。',
    token: '令牌',
    submit: '登录',
    'no-cookies': '浏览器未保存本页面的 Cookie。请允许 Cookie 后再登录。',
    'wrong-token': '令牌不正确。',
    'no-gateway': '网关没有响应。请稍后重试。',
    tooOften: '请求过于频繁。请稍后重试。',
    tooOftenFor: (seconds: number) => `请求过于频繁。请在 ${seconds} 秒后重试。`,
    refused: (code: string) => `网关拒绝了请求：${code}`,
  },
);

/** Asks for the token, in place of what the gateway shows to nobody without. */
export function SignIn() {
  const field = useRef<HTMLInputElement>(null);
  const isBusy = useSignal(false);
  const failure = useSignal<SignInFailure | null>(null);
  // The view is not to be seen, and neither are its keys to be in force.
  useKeys([], 'dialog');
  useLayoutEffect(() => field.current?.focus(), []);
  const send = async () => {
    if (isBusy.value || !field.current) return;
    isBusy.value = true;
    // What is said a second time is told anew.
    failure.value = null;
    // Out of a file or a mail, it often comes with a space; a token has none.
    failure.value = await signIn(field.current.value.trim());
    isBusy.value = false;
    field.current?.focus();
    field.current?.select();
  };
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    void send();
  };
  return (
    <form class="sign-in" aria-labelledby="sign-in-title" aria-busy={isBusy.value} onSubmit={submit}>
      <h1 id="sign-in-title">{texts.title}</h1>
      <p id="sign-in-help">{texts.help}</p>
      {/* By its name, password managers know what the token is for. */}
      <input type="text" autocomplete="username" value="runlens" readOnly hidden />
      <label for="sign-in-token">{texts.token}</label>
      <input
        ref={field}
        id="sign-in-token"
        type="password"
        autocomplete="current-password"
        required
        aria-describedby="sign-in-failure sign-in-help"
        aria-invalid={failure.value?.kind === 'wrong-token'}
      />
      <button type="submit" disabled={isBusy.value}>
        {texts.submit}
      </button>
      <p id="sign-in-failure" class="sign-in-failure" role="alert">
        {failure.value && failureText(failure.value)}
      </p>
    </form>
  );
}

function failureText(failure: SignInFailure): string {
  switch (failure.kind) {
    case 'too-often':
      return failure.seconds === null ? texts.tooOften : texts.tooOftenFor(failure.seconds);
    case 'refused':
      return texts.refused(failure.code);
    default:
      return texts[failure.kind];
  }
}
