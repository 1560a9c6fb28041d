import { render } from 'preact';
import { Page } from './page.tsx';
import { locale } from './ui/language.ts';
import './ui/theme.css';

document.documentElement.lang = locale;
const place = document.querySelector('#page');
if (place) render(<Page />, place);
