//! The look of prototypes and function types in the headers.
//!
//! cbindgen puts each on one line, and gives foreign declarations a plain `extern`. Here they get the
//! header's export mark, and long ones are broken between parameters.

const LINE_LENGTH: usize = 80;
const INDENT: &str = "  ";

/// Marks the functions of `text` as exported and breaks its long declarations.
pub(crate) fn lay_out(text: &str) -> String {
    text.lines().map(lay_out_line).collect()
}

fn lay_out_line(line: &str) -> String {
    let line = match line.strip_prefix("extern ") {
        Some(declaration) => format!("NGTCP2_EXTERN {declaration}"),
        None => line.to_owned(),
    };
    let is_declaration = line.starts_with("NGTCP2_EXTERN ") || line.starts_with("typedef ");
    match line.rfind('(') {
        Some(open) if is_declaration && line.len() > LINE_LENGTH => break_parameters(&line, open + 1),
        _ => format!("{line}\n"),
    }
}

/// Breaks `line` after its opening parenthesis, which ends at `start`, and then wherever a parameter
/// would pass the end of the line. Parameters contain no commas: function types have names.
fn break_parameters(line: &str, start: usize) -> String {
    let mut text = line[..start].to_owned();
    let mut column = LINE_LENGTH;
    for parameter in line[start..].split_inclusive(", ") {
        let parameter = parameter.trim_end();
        if column + 1 + parameter.len() > LINE_LENGTH {
            text.push('\n');
            text.push_str(INDENT);
            column = INDENT.len();
        } else {
            text.push(' ');
            column += 1;
        }
        text.push_str(parameter);
        column += parameter.len();
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_prototype_stays_on_its_line() {
        assert_eq!(lay_out("extern int f(void);\n"), "NGTCP2_EXTERN int f(void);\n");
    }

    #[test]
    fn a_long_prototype_is_broken_between_parameters() {
        let prototype = "extern int a_function_with_a_long_name(const uint8_t *first, size_t second, \
                         const uint8_t *third, size_t fourth, size_t fifth);\n";
        let expected = "NGTCP2_EXTERN int a_function_with_a_long_name(\n  \
                        const uint8_t *first, size_t second, const uint8_t *third, size_t fourth,\n  \
                        size_t fifth);\n";
        assert_eq!(lay_out(prototype), expected);
    }

    #[test]
    fn a_long_function_type_is_broken_after_its_last_parenthesis() {
        let declaration = "typedef int (*a_function_type_with_a_name)(const uint8_t *first, size_t second, \
                           size_t third);\n";
        let expected = "typedef int (*a_function_type_with_a_name)(\n  \
                        const uint8_t *first, size_t second, size_t third);\n";
        assert_eq!(lay_out(declaration), expected);
    }

    #[test]
    fn comments_and_fields_are_left_alone() {
        let text =
            "/** A long comment that mentions extern and goes on and on (and on) until past the end. */\n";
        assert_eq!(lay_out(text), text);
    }
}
