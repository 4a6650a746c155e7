package io.heddle.importing.host;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * An element of an XML text, with its line. Refuses document type declarations, and with them entities of its own: they
 * could read other files or grow without bounds.
 */
record XmlTree(
        String name, Place place, Map<String, String> attributes, List<XmlTree> children, StringBuilder content) {
    private static final int MOST_DEPTH = 50;
    private static final int MOST_ELEMENTS = 100_000;

    static XmlTree read(String file, String text) throws HostFileException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        try {
            XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(text));
            List<XmlTree> open = new ArrayList<>();
            XmlTree root = null;
            int elements = 0;
            while (reader.hasNext()) {
                int event = reader.next();
                Place at = new Place(file, Math.max(1, reader.getLocation().getLineNumber()));
                if (event == XMLStreamConstants.DTD || event == XMLStreamConstants.ENTITY_REFERENCE) {
                    throw at.error("declares a document type or entities, which no file of libvirt has: take it out");
                } else if (event == XMLStreamConstants.START_ELEMENT) {
                    XmlTree e = new XmlTree(
                            reader.getLocalName(), at, new LinkedHashMap<>(), new ArrayList<>(), new StringBuilder());
                    for (int i = 0; i < reader.getAttributeCount(); i++) {
                        e.attributes.put(reader.getAttributeLocalName(i), reader.getAttributeValue(i));
                    }
                    if (++elements > MOST_ELEMENTS || open.size() > MOST_DEPTH) {
                        throw at.error("has more elements than a file of libvirt can have");
                    }
                    if (!open.isEmpty()) {
                        open.get(open.size() - 1).children.add(e);
                    }
                    root = root == null ? e : root;
                    open.add(e);
                } else if (event == XMLStreamConstants.END_ELEMENT) {
                    open.remove(open.size() - 1);
                } else if (event == XMLStreamConstants.CHARACTERS && !open.isEmpty()) {
                    open.get(open.size() - 1).content.append(reader.getText());
                }
            }
            return root;
        } catch (XMLStreamException e) {
            int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNumber());
            throw new Place(file, line)
                    .error("is no well-formed XML: "
                            + String.valueOf(e.getMessage()).replaceFirst("(?s).*Message: ", ""));
        }
    }

    /** The first child of a name. */
    Optional<XmlTree> child(String name) {
        return all(name).stream().findFirst();
    }

    List<XmlTree> all(String name) {
        return children.stream().filter(c -> c.name.equals(name)).toList();
    }

    /** An attribute; "" if there is none. */
    String get(String attribute) {
        return attributes.getOrDefault(attribute, "");
    }

    Value value(String attribute) {
        return new Value(get(attribute), place);
    }

    String text() {
        return content.toString().strip();
    }
}
