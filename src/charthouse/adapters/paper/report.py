def render(result): return ''
def render_index(rows): return ''
