(function_definition name: (_) @name body: (_) @body) @function
(class_declaration name: (_) @name body: (_) @body) @class
(trait_declaration name: (_) @name body: (_) @body) @class
(interface_declaration name: (_) @name body: (_) @body) @type
(enum_declaration name: (_) @name body: (_) @body) @type
(namespace_definition name: (_) @name body: (_) @body) @module
(method_declaration name: (_) @name body: (_) @body) @method
(method_declaration name: (_) @name !body) @method @head
(property_declaration (property_element name: (_) @name)) @value
(const_declaration (const_element . (name) @name)) @value

(namespace_use_declaration) @import
(expression_statement [
  (require_expression)
  (require_once_expression)
  (include_expression)
  (include_once_expression)
]) @import
(comment) @comment
