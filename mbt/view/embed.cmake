# Writes the files of the page as arrays of bytes: cmake -DOUT=view_page.c -DFOLDER=mbt/view "-DFILES=a|b" -P embed.cmake
string(REPLACE "|" ";" FILES "${FILES}")
set(arrays "")
set(rows "")
set(index 0)
foreach(name IN LISTS FILES)
    file(READ ${FOLDER}/${name} hex HEX)
    string(REGEX REPLACE "(................................................................)" "\\1\n" hex "${hex}")
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," hex "${hex}")
    string(APPEND arrays "static const unsigned char asset_${index}[] = {\n${hex}};\n")
    string(APPEND rows "    {\"${name}\", asset_${index}, sizeof asset_${index}},\n")
    math(EXPR index "${index} + 1")
endforeach()
file(WRITE ${OUT}
    "#include \"mbt/view_page.h\"\n\n${arrays}\n"
    "const struct view_asset view_assets[] = {\n${rows}};\n"
    "const size_t view_asset_count = ${index};\n")
